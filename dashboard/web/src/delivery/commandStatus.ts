// What became of a write that the server keeps for an agent which is away.
import { ApiError, request } from '../api/http';
import type { WriteError, WriteState } from './write';

export interface CommandStatus {
  state: 'ACCEPTED' | 'QUEUED' | 'SENT' | 'APPLIED' | 'FAILED' | 'CONFLICT' | 'EXPIRED' | 'CANCELLED' | 'UNKNOWN';
  error?: { message: string; currentHash?: string; currentContent?: string };
  // Why, when no error says so.
  reason?: string;
}

export interface Fate {
  state: WriteState;
  error?: WriteError;
}

// Nothing when nobody knows (any longer): sending the write again, under the same id, finds out.
export async function askForFate(requestId: string): Promise<Fate | undefined> {
  try {
    const { data } = await request<CommandStatus>(`/api/commands/${encodeURIComponent(requestId)}`);
    return fateOf(data);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export function fateOf({ state, error, reason }: CommandStatus): Fate | undefined {
  switch (state) {
    case 'ACCEPTED':
    case 'QUEUED':
    case 'SENT':
      return { state: 'waiting' };
    case 'APPLIED':
      return { state: 'applied' };
    case 'UNKNOWN':
      return undefined;
    default:
      return { state: 'failed', error: failure(error, reason ?? state.toLowerCase()) };
  }
}

function failure(error: CommandStatus['error'], reason: string): WriteError {
  const failed: WriteError = { message: error?.message ?? reason, settled: true };
  if (error?.currentHash === undefined) return failed;
  const { currentHash, currentContent } = error;
  return { ...failed, conflict: { currentHash, ...(currentContent === undefined ? {} : { currentContent }) } };
}
