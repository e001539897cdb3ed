import { useCallback, useState } from 'react';

import { ApiError, newRequestId, projectPath, request } from '../api/http';
import { useLiveEvent } from '../live/LiveProvider';

export type RunState = 'idle' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface JobRun {
  state: RunState;
  output: string;
  error: string;
  start: () => Promise<void>;
  cancel: () => Promise<void>;
}

interface RunAnswer {
  result?: { jobRun?: { execution?: { success?: boolean; error?: string; outputTail?: string; cancelled?: boolean } } };
}

// What a page keeps of a run's output.
const kMaxOutput = 200_000;
const kTimeoutMs = 600_000;

// A run that the user has begun, with its output as it comes.
export function useJobRun(projectId: string, jobId: string): JobRun {
  const [state, setState] = useState<RunState>('idle');
  const [output, setOutput] = useState('');
  const [error, setError] = useState('');

  useLiveEvent((event) => {
    if (event.type !== 'job-update' || event.projectId !== projectId || event.data['jobId'] !== jobId) return;
    const text = event.data['output'];
    if (typeof text === 'string') setOutput((before) => (before + text).slice(-kMaxOutput));
  });

  const command = useCallback(
    (body: Record<string, unknown>) =>
      request<RunAnswer>(projectPath(projectId, 'commands'), {
        method: 'POST',
        requestId: newRequestId(),
        body: { command: body, timeoutMs: kTimeoutMs },
      }),
    [projectId],
  );

  const start = useCallback(async () => {
    setState('running');
    setOutput('');
    setError('');
    try {
      const { data } = await command({ jobRun: { id: jobId } });
      const execution = data.result?.jobRun?.execution;
      // Events may have been missed; the tail is what the agent kept.
      setOutput((before) => before || (execution?.outputTail ?? ''));
      setError(execution?.error ?? '');
      setState(execution?.cancelled ? 'cancelled' : execution?.success ? 'succeeded' : 'failed');
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : String(failure));
      setState('failed');
    }
  }, [command, jobId]);

  const cancel = useCallback(async () => {
    try {
      await command({ jobCancel: { id: jobId } });
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : String(failure));
    }
  }, [command, jobId]);

  return { state, output, error, start, cancel };
}
