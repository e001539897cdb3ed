import { ScrollArea } from '@mantine/core';
import { DndContext, type DragEndEvent, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core';

import type { Task, TaskStatus } from '../api/types';
import type { WriteState } from '../delivery/write';
import { kStatuses } from './progress';
import { KanbanColumn } from './KanbanColumn';

interface Props {
  tasks: Task[];
  stateOf: (taskId: string) => WriteState | undefined;
  onChange: (taskId: string, status: TaskStatus) => void;
}

// A drag begins after some way, so that a tap stays a tap.
const kDragDistance = 6;

export function Kanban({ tasks, stateOf, onChange }: Props) {
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
            <KanbanColumn
              key={status}
              status={status}
              tasks={tasks.filter((task) => task.status === status)}
              stateOf={stateOf}
            />
          ))}
        </div>
      </ScrollArea>
    </DndContext>
  );
}
