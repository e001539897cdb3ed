import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Project } from '../api/types';
import { kActionColors, kActions } from './decide';
import { useDecision } from './useDecision';
import { useProjects } from '../projects/useProjects';

export function BatchButtons({ project, ids, onDone }: { project: Project; ids: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const several = useProjects().length > 1;
  const { decideAll } = useDecision(project.projectId);
  return (
    <Group gap={4}>
      {several && <Text size="sm">{project.projectName}</Text>}
      {kActions.map((action) => (
        <Button
          key={action}
          size="xs"
          variant="light"
          color={kActionColors[action]}
          onClick={() => void decideAll(ids, action, '').then(onDone)}
        >
          {t(`approvals.actions.${action}`)} ({ids.length})
        </Button>
      ))}
    </Group>
  );
}
