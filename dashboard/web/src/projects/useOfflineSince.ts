import { useEffect, useSyncExternalStore } from 'react';

const kKey = 'specrelay-offline-since';

const listeners = new Set<() => void>();

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(kKey) ?? '{}') as Record<string, number>;
  } catch {
    return {};
  }
}

function note(projectId: string, online: boolean): void {
  const { [projectId]: since, ...others } = read();
  if (online === (since === undefined)) return;
  localStorage.setItem(kKey, JSON.stringify(online ? others : { ...others, [projectId]: Date.now() }));
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// When this browser first saw that the project's agent was away; nothing while it is there. Survives reloads.
export function useOfflineSince(projectId: string, online: boolean): number | undefined {
  useEffect(() => note(projectId, online), [projectId, online]);
  return useSyncExternalStore(subscribe, () => read()[projectId]);
}
