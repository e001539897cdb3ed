import { Group, Stack, Text } from '@mantine/core';
import { useDroppable } from '@dnd-kit/core';
import { useTranslation } from 'react-i18next';

import type { Task, TaskStatus } from '../api/types';
import type { WriteState } from '../delivery/write';
import { kStatusColors } from './progress';
import { KanbanCard } from './KanbanCard';

export function KanbanColumn({
  status,
  tasks,
  stateOf,
}: {
  status: TaskStatus;
  tasks: Task[];
  stateOf: (taskId: string) => WriteState | undefined;
}) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id: status });
  return (
    <section ref={setNodeRef} className="kanban-column" data-over={isOver} aria-label={t(`tasks.status.${status}`)}>
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm" c={`var(--mantine-color-${kStatusColors[status]}-text)`}>
          {t(`tasks.status.${status}`)}
        </Text>
        <Text size="sm" c="dimmed">
          {tasks.length}
        </Text>
      </Group>
      <Stack gap="xs">
        {tasks.map((task) => (
          <KanbanCard key={task.id} task={task} state={stateOf(task.id)} />
        ))}
      </Stack>
    </section>
  );
}
