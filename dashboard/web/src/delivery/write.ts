// A change that the user made, on its way to the agent.

export type WriteState = 'sending' | 'waiting' | 'applied' | 'failed';

export interface WriteSpec {
  projectId: string;
  // What it does, in the user's words.
  label: string;
  // Where it is shown.
  page?: string;
  method: string;
  path: string;
  body?: unknown;
  ifMatch?: string;
}

export interface Write extends WriteSpec {
  requestId: string;
  state: WriteState;
  createdAt: number;
  // The server keeps it until the agent is back, and tells what becomes of it.
  accepted?: true;
  error?: WriteError;
}

export interface WriteError {
  message: string;
  // It is known that nothing took effect: the same id would get the same answer for ever.
  settled: boolean;
  conflict?: { currentHash: string; currentContent?: string };
}

export interface Outcome<T = unknown> {
  write: Write;
  data?: T;
  etag?: string | undefined;
}
