import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { sessionQuery } from '../api/queries';
import { PageHeader } from '../components/PageHeader';
import { useProjects } from '../projects/useProjects';
import { AccountSection } from '../settings/AccountSection';
import { AppearanceSection } from '../settings/AppearanceSection';
import { EditingSection } from '../settings/EditingSection';
import { KeySection } from '../settings/KeySection';
import { NotificationSection } from '../settings/NotificationSection';
import { ProjectSection } from '../settings/ProjectSection';

export default function Settings() {
  const { t } = useTranslation();
  const projects = useProjects();
  const session = useQuery(sessionQuery).data;
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <Stack maw={760}>
        <AppearanceSection />
        <NotificationSection />
        <EditingSection />
        {projects.map((project) => (
          <ProjectSection key={project.projectId} project={project} />
        ))}
        {session?.role === 'admin' && <KeySection />}
        <AccountSection />
      </Stack>
    </>
  );
}
