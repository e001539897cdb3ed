import { Badge, Divider, NavLink, Select, Stack } from '@mantine/core';
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
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink as RouterLink, useNavigate } from 'react-router';

import { useApprovals, useProjects } from '../projects/useProjects';
import { useLastProject } from '../projects/useLastProject';

interface LinkProps {
  to: string;
  label: string;
  icon: ComponentType<{ size: number }>;
  count?: number;
  end?: boolean;
}

function Link({ to, label, icon: Icon, count = 0, end = false }: LinkProps) {
  return (
    <NavLink
      component={RouterLink}
      to={to}
      end={end}
      label={label}
      leftSection={<Icon size={18} aria-hidden />}
      rightSection={count > 0 ? <Badge size="sm">{count}</Badge> : null}
      className="nav-link"
    />
  );
}

export function Navigation() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const projects = useProjects();
  const project = useLastProject();
  const pending = useApprovals('pending').length;
  const base = `/p/${encodeURIComponent(project)}`;
  return (
    <nav aria-label={t('shell.navigation')}>
      <Stack gap={2}>
        <Link to="/" end label={t('home.title')} icon={IconHome} />
        <Link to="/approvals" label={t('approvals.title')} icon={IconInbox} count={pending} />
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
            <Link to={`${base}/specs`} label={t('specs.title')} icon={IconFileText} />
            <Link to={`${base}/steering`} label={t('steering.title')} icon={IconCompass} />
            <Link to={`${base}/logs`} label={t('logs.title')} icon={IconNotes} />
            <Link to={`${base}/jobs`} label={t('jobs.title')} icon={IconClockPlay} />
            <Link to={`${base}/statistics`} label={t('statistics.title')} icon={IconChartBar} />
          </>
        )}
        <Divider my="xs" />
        <Link to="/settings" label={t('settings.title')} icon={IconSettings} />
      </Stack>
    </nav>
  );
}
