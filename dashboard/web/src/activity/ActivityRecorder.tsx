import { useQueryClient } from '@tanstack/react-query';

import { useDelivery } from '../delivery/DeliveryProvider';
import { useLiveEvent } from '../live/LiveProvider';
import { withEvent } from './feed';
import { activityQuery } from './useActivity';

// Notes what events tell of changes, for those who ask what changed and who did it.
export function ActivityRecorder() {
  const client = useQueryClient();
  const { writes } = useDelivery();
  useLiveEvent((event) => {
    const isMine = (requestId: string) => writes.some((write) => write.requestId === requestId);
    client.setQueryData(activityQuery.queryKey, (changes = []) => withEvent(changes, event, Date.now(), isMine));
  });
  return null;
}
