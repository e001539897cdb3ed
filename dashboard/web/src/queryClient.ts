import { QueryClient } from '@tanstack/react-query';

import { ApiError } from './api/http';

const kMaxTries = 2;
// The last known state of a project that was not looked at for longer is forgotten.
export const kKeepMs = 7 * 24 * 60 * 60 * 1000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say when something is stale; see live/affected.ts.
      staleTime: 60_000,
      gcTime: kKeepMs,
      // Reading from this machine's server may work although the browser thinks that it is offline.
      networkMode: 'always',
      retry: (failures, error) =>
        failures < kMaxTries && error instanceof ApiError && error.transient && !error.offline,
    },
  },
});
