import { Stack } from '@mantine/core';

import type { Task, TaskStatus } from '../api/types';
import type { WriteState } from '../delivery/write';
import { TaskRow } from './TaskRow';

interface Props {
  spec: string;
  tasks: Task[];
  stateOf: (taskId: string) => WriteState | undefined;
  onChange: (taskId: string, status: TaskStatus) => void;
}

export function TaskList({ spec, tasks, stateOf, onChange }: Props) {
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {tasks.map((task) => (
        <TaskRow key={task.id} spec={spec} task={task} state={stateOf(task.id)} onChange={onChange} />
      ))}
    </Stack>
  );
}
