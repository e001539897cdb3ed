import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';

import { type LiveEvent, staleAfter } from './affected';
import { LiveConnection, type LiveState } from './connection';

type Subscriber = (event: LiveEvent) => void;

interface Live {
  state: LiveState;
  subscribe: (subscriber: Subscriber) => () => void;
}

const LiveContext = createContext<Live>({ state: 'connecting', subscribe: () => () => undefined });

// While the stream is down, what is shown is read again this often.
export const kPollMs = 15_000;

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const subscribers = useRef(new Set<Subscriber>());

  useEffect(() => {
    const connection = new LiveConnection({
      onEvent: (event) => {
        for (const stale of staleAfter(event)) void client.invalidateQueries(stale);
        for (const subscriber of subscribers.current) subscriber(event);
      },
      onState: setState,
    });
    return () => connection.close();
  }, [client]);

  useEffect(() => {
    if (state === 'live') return undefined;
    const poll = setInterval(() => void client.invalidateQueries(), kPollMs);
    return () => clearInterval(poll);
  }, [client, state]);

  const live = useMemo<Live>(
    () => ({
      state,
      subscribe: (subscriber) => {
        subscribers.current.add(subscriber);
        return () => subscribers.current.delete(subscriber);
      },
    }),
    [state],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLiveState(): LiveState {
  return useContext(LiveContext).state;
}

export function useLiveEvent(subscriber: Subscriber): void {
  const { subscribe } = useContext(LiveContext);
  const latest = useRef(subscriber);
  useEffect(() => {
    latest.current = subscriber;
  });
  useEffect(() => subscribe((event) => latest.current(event)), [subscribe]);
}
