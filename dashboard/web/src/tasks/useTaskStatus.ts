import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { projectPath } from '../api/http';
import { tasksQuery } from '../api/queries';
import type { TaskProgress, TaskStatus } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import type { WriteState } from '../delivery/outbox';
import { withStatus } from './progress';

// Changes a task's status: shown at once, marked until the agent has applied it, and taken back when it can't be.
export function useTaskStatus(projectId: string, spec: string) {
  const client = useQueryClient();
  const { send } = useDelivery();
  const [states, setStates] = useState<Record<string, WriteState>>({});
  const key = tasksQuery(projectId, spec).queryKey;

  async function setStatus(taskId: string, status: TaskStatus, reason?: string): Promise<void> {
    await client.cancelQueries({ queryKey: key });
    client.setQueryData<TaskProgress>(key, (before) => before && withStatus(before, taskId, status, reason));
    setStates((before) => ({ ...before, [taskId]: 'sending' }));
    const { write } = await send({
      projectId,
      label: `${spec} · ${taskId} → ${status}`,
      method: 'PUT',
      path: projectPath(projectId, 'specs', spec, 'tasks', taskId, 'status'),
      body: { status, ...(reason ? { reason } : {}) },
    });
    setStates((before) => ({ ...before, [taskId]: write.state }));
    // While it waits for the agent, the disk says something else than the user wants.
    if (write.state !== 'waiting') await client.invalidateQueries({ queryKey: key });
  }

  return { setStatus, states };
}
