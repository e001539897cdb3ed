// The end of a job's run, as events tell it. Pure.
import type { LiveEvent } from '../live/affected';

export type JobOutcome = 'succeeded' | 'failed' | 'cancelled';

export interface JobEnd {
  projectId: string;
  jobId: string;
  executionId: string;
  outcome: JobOutcome;
}

const kOutcomes = new Map<unknown, JobOutcome>([
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['CANCELLED', 'cancelled'],
]);

export function jobEndOf({ type, projectId, data }: LiveEvent): JobEnd | undefined {
  const { jobId, executionId, state } = data;
  const outcome = kOutcomes.get(state);
  if (type !== 'job-update' || !outcome || typeof jobId !== 'string' || typeof executionId !== 'string')
    return undefined;
  return { projectId, jobId, executionId, outcome };
}
