import { expect, it } from 'vitest';

import { jobEndOf } from './jobEnd';

const event = (data: Record<string, unknown>, type = 'job-update') => ({ type, projectId: 'p', data });
const kRun = { jobId: 'j', executionId: 'e' };

it.each([
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['CANCELLED', 'cancelled'],
])('a run that is %s has ended', (state, outcome) => {
  expect(jobEndOf(event({ ...kRun, state }))).toEqual({ projectId: 'p', ...kRun, outcome });
});

it.each([
  ['has begun', event({ ...kRun, state: 'STARTED' })],
  ['goes on', event({ ...kRun, state: 'RUNNING', output: 'SUCCEEDED' })],
  ['is of a kind not known', event({ ...kRun, state: 'constructor' })],
  ['names no job', event({ state: 'FAILED' })],
  ['tells of a command', event({ command: 'job-create' })],
  ['is another event', event({ ...kRun, state: 'FAILED' }, 'command-state')],
])('what %s has not', (_, other) => {
  expect(jobEndOf(other)).toBeUndefined();
});
