// The last known state, kept in IndexedDB, so that the page has something to show before and without the server.
import type { PersistedClient, Persister } from '@tanstack/react-query-persist-client';
import { openDB } from 'idb';

const kStore = 'cache';
const kKey = 'queries';

function database() {
  return openDB('specrelay-cache', 1, { upgrade: (db) => void db.createObjectStore(kStore) });
}

export const persister: Persister = {
  persistClient: async (client: PersistedClient) => {
    await (await database()).put(kStore, client, kKey);
  },
  restoreClient: async () => (await (await database()).get(kStore, kKey)) as PersistedClient | undefined,
  removeClient: async () => (await database()).delete(kStore, kKey),
};

// For the end of a session: nothing of an account stays behind in the browser.
export async function forgetEverything(): Promise<void> {
  await persister.removeClient();
}
