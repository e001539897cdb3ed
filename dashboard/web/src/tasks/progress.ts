import type { Task, TaskProgress, TaskStatus } from '../api/types';

export const kStatuses: TaskStatus[] = ['pending', 'in-progress', 'blocked', 'completed'];

export const kStatusColors: Record<TaskStatus, string> = {
  pending: 'gray',
  'in-progress': 'indigo',
  blocked: 'red',
  completed: 'teal',
};

// The progress as it will be once the task has the status.
export function withStatus(before: TaskProgress, taskId: string, status: TaskStatus, reason?: string): TaskProgress {
  const taskList = before.taskList.map((task): Task => {
    if (task.id !== taskId) return task;
    const { blockedReason: _, ...rest } = task;
    return {
      ...rest,
      status,
      completed: status === 'completed',
      inProgress: status === 'in-progress',
      ...(status === 'blocked' && reason ? { blockedReason: reason } : {}),
    };
  });
  const completed = taskList.filter((task) => task.completed).length;
  const total = taskList.length;
  return {
    ...before,
    taskList,
    completed,
    inProgress: taskList.find((task) => task.inProgress)?.id ?? null,
    progress: total ? (100 * completed) / total : 0,
  };
}

// What a coding agent is given to work on one task.
export function promptOf(spec: string, task: Task): string {
  if (task.prompt) return task.prompt;
  return `Implement task ${task.id} of the spec "${spec}": ${task.description}`;
}
