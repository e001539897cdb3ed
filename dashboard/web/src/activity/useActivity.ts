import { queryOptions, skipToken, useQuery } from '@tanstack/react-query';

import type { Change } from './feed';

// Filled by ActivityRecorder; kept in the browser with everything else that queries gave.
export const activityQuery = queryOptions<Change[]>({
  queryKey: ['activity'],
  queryFn: skipToken,
  staleTime: Infinity,
});

export function useActivity(): Change[] {
  return useQuery(activityQuery).data ?? [];
}

// The last change of a file that this browser has heard of.
export function useLastChange(projectId: string, path: string): Change | undefined {
  return useActivity().find((change) => change.projectId === projectId && change.path === path);
}
