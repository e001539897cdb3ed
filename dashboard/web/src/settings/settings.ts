// What this browser's user prefers; kept in the browser.
import { useSyncExternalStore } from 'react';

export interface Settings {
  language: string;
  queueWhenOffline: boolean;
  browserNotifications: boolean;
  pageNotifications: boolean;
  titleBadge: boolean;
  sound: boolean;
}

const kKey = 'specrelay-settings';

const kDefaults: Settings = {
  language: navigator.language.split('-')[0] ?? 'en',
  queueWhenOffline: false,
  browserNotifications: false,
  pageNotifications: true,
  titleBadge: true,
  sound: false,
};

let current: Settings | undefined;
const listeners = new Set<() => void>();

export function readSettings(): Settings {
  current ??= load();
  return current;
}

export function changeSettings(changes: Partial<Settings>): void {
  current = { ...readSettings(), ...changes };
  localStorage.setItem(kKey, JSON.stringify(current));
  listeners.forEach((listener) => listener());
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, readSettings);
}

function load(): Settings {
  try {
    return { ...kDefaults, ...(JSON.parse(localStorage.getItem(kKey) ?? '{}') as Partial<Settings>) };
  } catch {
    return kDefaults;
  }
}

function subscribe(listener: () => void): () => void {
  const otherTab = (event: StorageEvent) => {
    if (event.key !== kKey) return;
    current = undefined;
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', otherTab);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', otherTab);
  };
}
