import { Card, Group, ScrollArea, Stack, Text } from '@mantine/core';
import {
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { useTranslation } from 'react-i18next';

import type { Task, TaskStatus } from '../api/types';
import type { WriteState } from '../delivery/outbox';
import { useEditable } from '../projects/OfflineNotice';
import { kStatusColors, kStatuses } from './progress';
import { StateMark } from './StateMark';

interface Props {
  tasks: Task[];
  states: Record<string, WriteState>;
  onChange: (taskId: string, status: TaskStatus) => void;
}

// A drag begins after some way, so that a tap stays a tap.
const kDragDistance = 6;

export function Kanban({ tasks, states, onChange }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: kDragDistance } }),
    useSensor(KeyboardSensor),
  );
  function drop({ active, over }: DragEndEvent) {
    const task = tasks.find(({ id }) => id === active.id);
    const status = kStatuses.find((candidate) => candidate === over?.id);
    if (task && status && task.status !== status) onChange(task.id, status);
  }
  return (
    <DndContext sensors={sensors} onDragEnd={drop}>
      <ScrollArea>
        <div className="kanban">
          {kStatuses.map((status) => (
            <Column key={status} status={status} tasks={tasks.filter((task) => task.status === status)} states={states} />
          ))}
        </div>
      </ScrollArea>
    </DndContext>
  );
}

function Column({ status, tasks, states }: { status: TaskStatus; tasks: Task[]; states: Record<string, WriteState> }) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id: status });
  return (
    <section ref={setNodeRef} className="kanban-column" data-over={isOver} aria-label={t(`tasks.status.${status}`)}>
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm" c={`${kStatusColors[status]}.text`}>
          {t(`tasks.status.${status}`)}
        </Text>
        <Text size="sm" c="dimmed">
          {tasks.length}
        </Text>
      </Group>
      <Stack gap="xs">
        {tasks.map((task) => (
          <TaskCard key={task.id} task={task} state={states[task.id]} />
        ))}
      </Stack>
    </section>
  );
}

function TaskCard({ task, state }: { task: Task; state: WriteState | undefined }) {
  const editable = useEditable();
  const { attributes, listeners, setNodeRef, transform, isDragging } = useDraggable({ id: task.id, disabled: !editable });
  return (
    <Card
      withBorder
      p="sm"
      ref={setNodeRef}
      {...attributes}
      {...listeners}
      aria-label={`${task.id} ${task.description}`}
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
        <Text size="xs" c="red">
          {task.blockedReason}
        </Text>
      )}
    </Card>
  );
}
