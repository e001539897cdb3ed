import { useQueryClient } from '@tanstack/react-query';

import { projectPath } from '../api/http';
import { tasksQuery } from '../api/queries';
import type { TaskProgress, TaskStatus } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import type { Write, WriteState } from '../delivery/write';
import { specPage } from '../pages/paths';
import { withStatus } from './progress';

interface StatusBody {
  status: TaskStatus;
  reason?: string;
}

// Changes a task's status: shown at once, marked until the agent has applied it, and taken back when it can't be.
export function useTaskStatus(projectId: string, spec: string) {
  const client = useQueryClient();
  const { send, writes } = useDelivery();
  const key = tasksQuery(projectId, spec).queryKey;
  const pathOf = (taskId: string) => projectPath(projectId, 'specs', spec, 'tasks', taskId, 'status');

  async function setStatus(taskId: string, status: TaskStatus, reason?: string): Promise<void> {
    const body: StatusBody = { status, ...(reason ? { reason } : {}) };
    await client.cancelQueries({ queryKey: key });
    client.setQueryData<TaskProgress>(key, (before) => before && withStatus(before, taskId, status, reason));
    const { write } = await send({
      projectId,
      label: `${spec} · ${taskId} → ${status}`,
      page: specPage(projectId, spec),
      method: 'PUT',
      path: pathOf(taskId),
      body,
    });
    if (write.state !== 'waiting') await client.invalidateQueries({ queryKey: key });
  }

  function latestOf(taskId: string): Write | undefined {
    return writes.findLast(({ path }) => path === pathOf(taskId));
  }

  // As the user wants it: while a change waits for the agent, the disk says something else, also after a reload.
  function asWanted(progress: TaskProgress): TaskProgress {
    return progress.taskList.reduce((wanted, { id }) => {
      const write = latestOf(id);
      if (write?.state !== 'waiting' && write?.state !== 'sending') return wanted;
      const { status, reason } = write.body as StatusBody;
      return withStatus(wanted, id, status, reason);
    }, progress);
  }

  const stateOf = (taskId: string): WriteState | undefined => latestOf(taskId)?.state;

  return { setStatus, asWanted, stateOf };
}
