import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Project } from '../api/types';

export function isOnline(project: Project | undefined): boolean {
  return (project?.instances.length ?? 0) > 0;
}

// Whether the project's agent is there.
export function AgentBadge({ project }: { project: Project }) {
  const { t } = useTranslation();
  const online = isOnline(project);
  return (
    <Badge variant="light" color={online ? 'teal' : 'gray'} tt="none" style={{ flexShrink: 0 }}>
      {online ? t('agent.online') : t('agent.offline')}
    </Badge>
  );
}
