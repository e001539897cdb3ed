import { describe, expect, it } from 'vitest';

import type { Task, TaskProgress, TaskStatus } from '../api/types';
import { kStatusColors, kStatuses, promptOf, withStatus } from './progress';

function task(id: string, status: TaskStatus, more: Partial<Task> = {}): Task {
  return {
    id,
    description: `Task ${id}`,
    status,
    lineNumber: 1,
    indentLevel: 0,
    isHeader: false,
    completed: status === 'completed',
    inProgress: status === 'in-progress',
    ...more,
  };
}

function progressOf(...taskList: Task[]): TaskProgress {
  return {
    total: taskList.length,
    completed: 0,
    inProgress: null,
    progress: 0,
    lastModified: '2026-01-01T00:00:00Z',
    taskList,
  };
}

const kBefore = progressOf(
  task('1', 'completed'),
  task('2', 'in-progress'),
  task('2.1', 'blocked', { blockedReason: 'a key' }),
  task('3', 'pending'),
);

describe('the progress with a changed task', () => {
  it('counts again', () => {
    const after = withStatus(kBefore, '2', 'completed');
    expect(after).toMatchObject({ total: 4, completed: 2, progress: 50, inProgress: null });
    expect(after.taskList[1]).toMatchObject({ status: 'completed', completed: true, inProgress: false });
  });

  it('names the first task in progress', () => {
    expect(withStatus(kBefore, '3', 'in-progress').inProgress).toBe('2');
    expect(withStatus(kBefore, '1', 'in-progress')).toMatchObject({ inProgress: '1', completed: 0, progress: 0 });
  });

  it('keeps the reason of a blocked task, and forgets it afterwards', () => {
    expect(withStatus(kBefore, '3', 'blocked', 'a review').taskList[3]?.blockedReason).toBe('a review');
    expect(withStatus(kBefore, '3', 'completed', 'a review').taskList[3]).not.toHaveProperty('blockedReason');
    expect(withStatus(kBefore, '2.1', 'pending').taskList[2]).not.toHaveProperty('blockedReason');
  });

  it('leaves the other tasks and what it began with alone', () => {
    const before = structuredClone(kBefore);
    const after = withStatus(kBefore, '2', 'blocked');
    expect(kBefore).toEqual(before);
    for (const i of [0, 2, 3]) expect(after.taskList[i]).toBe(kBefore.taskList[i]);
  });

  it('is that of before when the task is unknown', () => {
    expect(withStatus(kBefore, '9', 'completed').taskList).toEqual(kBefore.taskList);
  });

  it('of no tasks is none', () => {
    expect(withStatus(progressOf(), '1', 'completed')).toMatchObject({
      total: 0,
      completed: 0,
      progress: 0,
      inProgress: null,
    });
  });
});

it('every status has a column and a colour', () => {
  expect([...kStatuses].sort()).toEqual(Object.keys(kStatusColors).sort());
});

it('the prompt of a task is its own, or made of its description', () => {
  expect(promptOf('log-in', task('2.1', 'pending', { prompt: 'Do it well' }))).toBe('Do it well');
  expect(promptOf('log-in', task('2.1', 'pending'))).toBe('Implement task 2.1 of the spec "log-in": Task 2.1');
});
