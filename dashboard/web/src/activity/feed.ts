// What changed lately in the projects of the account, as live events told. Pure.
import type { LiveEvent } from '../live/affected';

export interface Change {
  projectId: string;
  // In `.spec-context`.
  path: string;
  // When this browser heard of it; milliseconds since 1970.
  at: number;
  deleted: boolean;
  // The key of whoever changed it through the dashboard; nothing when it was changed on the machine.
  who?: string;
  // The user of this browser did.
  mine?: boolean;
  // The file's change and the command that made it come as two events, in any order; this one awaits the other.
  awaits?: 'file' | 'command';
}

export const kMaxChanges = 50;
// A command and the change of its file lie no further apart.
const kPairMs = 5000;

const kFileEvents = new Set(['spec-update', 'steering-update', 'approval-update', 'implementation-log-update']);

interface Told {
  path: string;
  deleted: boolean;
  awaits: 'file' | 'command';
  who?: string;
  mine?: boolean;
}

// Newest first; of each file the last change alone.
export function withEvent(
  changes: Change[],
  event: LiveEvent,
  now: number,
  isMine: (requestId: string) => boolean,
): Change[] {
  const told = toldBy(event, isMine);
  if (!told || !event.projectId) return changes;
  const isSame = (change: Change) => change.projectId === event.projectId && change.path === told.path;
  const last = changes.find(isSame);
  return [merged(last, told, event.projectId, now), ...changes.filter((change) => !isSame(change))].slice(
    0,
    kMaxChanges,
  );
}

function merged(last: Change | undefined, told: Told, projectId: string, now: number): Change {
  const isOtherHalf = last?.awaits !== undefined && last.awaits !== told.awaits && now - last.at < kPairMs;
  if (!isOtherHalf) return { projectId, at: now, ...told };
  const { awaits: _, ...whole } = { ...last, ...told, deleted: told.deleted || last.deleted };
  return whole;
}

function toldBy({ type, data }: LiveEvent, isMine: (requestId: string) => boolean): Told | undefined {
  const path = data['path'];
  if (typeof path !== 'string' || path === '' || path.includes('.snapshots/')) return undefined;
  if (kFileEvents.has(type)) return { path, deleted: data['change'] === 'deleted', awaits: 'command' };
  if (type !== 'command-state' || data['state'] !== 'APPLIED') return undefined;
  const { keyName } = (data['actor'] ?? {}) as { keyName?: unknown };
  if (typeof keyName !== 'string') return undefined;
  return {
    path,
    deleted: false,
    awaits: 'file',
    who: keyName,
    ...(isMine(String(data['requestId'])) ? { mine: true } : {}),
  };
}
