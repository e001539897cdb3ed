import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useSettings } from '../settings/settings';
import { isOnline } from './AgentBadge';
import { useOfflineSince } from './useOfflineSince';
import { useProject } from './useProjects';

// Whether the page's project can be edited now: its agent is there, or writes may wait for it.
export function useEditable(): boolean {
  const { project } = useProject();
  const { queueWhenOffline } = useSettings();
  return isOnline(project) || queueWhenOffline;
}

export function OfflineNotice() {
  const { t, i18n } = useTranslation();
  const { projectId, project } = useProject();
  const { queueWhenOffline } = useSettings();
  const since = useOfflineSince(projectId, isOnline(project));
  if (!project || isOnline(project)) return null;
  const time = since ? new Date(since).toLocaleString(i18n.language) : '';
  return (
    <Alert
      color="yellow"
      mb="md"
      icon={<IconPlugConnectedX size={18} />}
      title={time ? t('offline.since', { time }) : t('offline.title')}
    >
      {queueWhenOffline ? t('offline.queueing') : t('offline.connect')}
    </Alert>
  );
}
