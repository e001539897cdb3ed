import { Card, Group, Text } from '@mantine/core';
import { useDraggable } from '@dnd-kit/core';

import type { Task } from '../api/types';
import type { WriteState } from '../delivery/write';
import { useEditable } from '../projects/OfflineNotice';
import { StateMark } from './StateMark';

export function KanbanCard({ task, state }: { task: Task; state: WriteState | undefined }) {
  const editable = useEditable();
  const { attributes, listeners, setNodeRef, transform, isDragging } = useDraggable({
    id: task.id,
    disabled: !editable,
  });
  return (
    <Card
      withBorder
      p="sm"
      ref={setNodeRef}
      {...attributes}
      {...listeners}
      className="kanban-card"
      data-dragging={isDragging}
      style={transform ? { transform: `translate3d(${transform.x}px, ${transform.y}px, 0)` } : undefined}
    >
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {task.id}
        </Text>
        <StateMark state={state} />
      </Group>
      <Text size="sm">{task.description}</Text>
      {task.blockedReason && (
        <Text size="xs" c="var(--mantine-color-red-text)">
          {task.blockedReason}
        </Text>
      )}
    </Card>
  );
}
