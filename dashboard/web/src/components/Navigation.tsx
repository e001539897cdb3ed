import { Divider, Select, Stack } from '@mantine/core';
import {
  IconChartBar,
  IconClockPlay,
  IconCompass,
  IconFileText,
  IconHome,
  IconInbox,
  IconNotes,
  IconSettings,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useApprovals, useProjects } from '../projects/useProjects';
import { useLastProject } from '../projects/useLastProject';
import { useQuestions } from '../questions/useQuestions';
import { NavigationLink } from './NavigationLink';

export function Navigation() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const projects = useProjects();
  const project = useLastProject();
  const pending = useApprovals('pending').length + useQuestions('pending').length;
  const base = `/p/${encodeURIComponent(project)}`;
  return (
    <nav aria-label={t('shell.navigation')}>
      <Stack gap={2}>
        <NavigationLink to="/" end label={t('home.title')} icon={IconHome} />
        <NavigationLink to="/approvals" label={t('approvals.title')} icon={IconInbox} count={pending} />
        {project && (
          <>
            <Divider my="xs" />
            <Select
              aria-label={t('shell.project')}
              data={projects.map(({ projectId, projectName }) => ({ value: projectId, label: projectName }))}
              value={project}
              onChange={(chosen) => chosen && void navigate(`/p/${encodeURIComponent(chosen)}/specs`)}
              allowDeselect={false}
              searchable={projects.length > 6}
              mb="xs"
            />
            <NavigationLink to={`${base}/specs`} label={t('specs.title')} icon={IconFileText} />
            <NavigationLink to={`${base}/steering`} label={t('steering.title')} icon={IconCompass} />
            <NavigationLink to={`${base}/logs`} label={t('logs.title')} icon={IconNotes} />
            <NavigationLink to={`${base}/jobs`} label={t('jobs.title')} icon={IconClockPlay} />
            <NavigationLink to={`${base}/statistics`} label={t('statistics.title')} icon={IconChartBar} />
          </>
        )}
        <Divider my="xs" />
        <NavigationLink to="/settings" label={t('settings.title')} icon={IconSettings} />
      </Stack>
    </nav>
  );
}
