import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

import { useLiveEvent } from '../live/LiveProvider';
import { readSettings } from '../settings/settings';
import { Outbox } from './outbox';
import type { Outcome, Write, WriteSpec } from './write';

// An applied write stays in the shelf for so long, to be seen.
const kShowAppliedMs = 4000;

interface Delivery {
  writes: Write[];
  send: <T>(spec: WriteSpec) => Promise<Outcome<T>>;
  retry: (requestId: string) => Promise<void>;
  dismiss: (requestId: string) => Promise<void>;
}

const DeliveryContext = createContext<Delivery | undefined>(undefined);

interface Props {
  // Whose writes they are: those of another are not sent in this one's name.
  owner: string;
  children: ReactNode;
}

export function DeliveryProvider({ owner, children }: Props) {
  const [outbox] = useState(
    () => new Outbox({ mayQueue: () => readSettings().queueWhenOffline, name: `specrelay-outbox:${owner}` }),
  );
  const [writes, setWrites] = useState<Write[]>([]);

  useEffect(() => outbox.subscribe(setWrites), [outbox]);
  useEffect(() => {
    const resume = () => void outbox.resume();
    resume();
    window.addEventListener('online', resume);
    return () => window.removeEventListener('online', resume);
  }, [outbox]);
  useLiveEvent((event) => {
    if (event.type === 'agent:created') void outbox.resume(event.projectId);
    if (event.type === 'resync') void outbox.resume();
    const ours = writes.some((write) => write.state === 'waiting' && write.requestId === event.data['requestId']);
    if (event.type === 'command-state' && ours) void outbox.resume(event.projectId);
  });
  useEffect(() => {
    const applied = writes.filter((write) => write.state === 'applied');
    if (applied.length === 0) return undefined;
    const timer = setTimeout(() => applied.forEach((write) => void outbox.dismiss(write.requestId)), kShowAppliedMs);
    return () => clearTimeout(timer);
  }, [outbox, writes]);

  const send = useCallback(<T,>(spec: WriteSpec) => outbox.send<T>(spec), [outbox]);
  const retry = useCallback((requestId: string) => outbox.retry(requestId), [outbox]);
  const dismiss = useCallback((requestId: string) => outbox.dismiss(requestId), [outbox]);
  const delivery = useMemo<Delivery>(() => ({ writes, send, retry, dismiss }), [writes, send, retry, dismiss]);
  return <DeliveryContext value={delivery}>{children}</DeliveryContext>;
}

export function useDelivery(): Delivery {
  const delivery = useContext(DeliveryContext);
  if (!delivery) throw new Error('useDelivery outside of a DeliveryProvider');
  return delivery;
}
