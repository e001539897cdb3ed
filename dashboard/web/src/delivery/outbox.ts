// Writes that are on their way, kept in the browser until their outcome is known, so that a reload loses none.
//
// Each write has a request id, which is its idempotency key at the server: sending it again is safe. Web Locks see to it
// that of several tabs one sends it.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import { ApiError, newRequestId, request } from '../api/http';
import { askForFate } from './commandStatus';
import type { Outcome, Write, WriteError, WriteSpec, WriteState } from './write';

interface Schema extends DBSchema {
  writes: { key: string; value: Write };
}

type Listener = (writes: Write[]) => void;

export interface OutboxOptions {
  // Whether a write may wait for the project's agent instead of failing when the agent is away.
  mayQueue: () => boolean;
  // Of the database; tabs with the same one share their writes.
  name: string;
}

export class Outbox {
  private readonly database: Promise<IDBPDatabase<Schema>>;
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<Listener>();
  private lastCreatedAt = 0;

  constructor(private readonly options: OutboxOptions) {
    const { name } = options;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = () => void this.tellHere();
    this.database = openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore('writes', { keyPath: 'requestId' }),
    });
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    void this.tellHere();
    return () => this.listeners.delete(listener);
  }

  // All that is not yet dismissed, oldest first.
  async list(): Promise<Write[]> {
    const writes = await (await this.database).getAll('writes');
    return writes.sort((a, b) => a.createdAt - b.createdAt);
  }

  async send<T>(spec: WriteSpec): Promise<Outcome<T>> {
    const write: Write = { ...spec, requestId: newRequestId(), state: 'sending', createdAt: this.nextCreatedAt() };
    await this.save(write);
    await this.dropSuperseded(write);
    // What waits to change the same thing is older, and must not be applied over this.
    const before = (await this.list()).filter(
      ({ path, state, createdAt }) => path === spec.path && state === 'waiting' && createdAt < write.createdAt,
    );
    if (!(await this.deliverInOrder(before))) return { write: await this.move(write, 'waiting') };
    return this.deliver<T>(write.requestId);
  }

  // Sends again what waits, or was under way when a tab was closed; of one project or of all.
  async resume(projectId?: string): Promise<void> {
    const open = (await this.list()).filter(
      (write) =>
        (write.state === 'waiting' || write.state === 'sending') && (!projectId || write.projectId === projectId),
    );
    const projects = new Set(open.map((write) => write.projectId));
    await Promise.all(
      [...projects].map((project) => this.deliverInOrder(open.filter((write) => write.projectId === project))),
    );
  }

  async retry(requestId: string): Promise<void> {
    const write = await (await this.database).get('writes', requestId);
    if (write?.state !== 'failed') return;
    const { error, accepted: _, ...rest } = write;
    const id = error?.settled ? newRequestId() : requestId;
    if (id !== requestId) await (await this.database).delete('writes', requestId);
    await this.save({ ...rest, requestId: id, state: 'sending' });
    await this.deliver(id);
  }

  async dismiss(requestId: string): Promise<void> {
    await (await this.database).delete('writes', requestId);
    await this.tell();
  }

  // A later edit may build upon an earlier one: stops, and tells so, at the first that neither server nor agent took.
  private async deliverInOrder(writes: Write[]): Promise<boolean> {
    for (const { requestId } of writes) {
      if (!(await (await this.database).get('writes', requestId))) continue;
      const { write } = await this.deliver(requestId);
      if (write.state === 'waiting' && !write.accepted) return false;
    }
    return true;
  }

  private deliver<T>(requestId: string): Promise<Outcome<T>> {
    const attempt = () => this.attempt<T>(requestId);
    if (!('locks' in navigator)) return attempt();
    return navigator.locks.request(`specrelay-write-${requestId}`, attempt);
  }

  private async attempt<T>(requestId: string): Promise<Outcome<T>> {
    const write = await (await this.database).get('writes', requestId);
    if (!write) throw new Error('the write was dismissed');
    // Another tab was faster.
    if (write.state === 'applied' || write.state === 'failed') return { write };
    try {
      const fate = write.accepted && (await askForFate(requestId));
      if (fate) return { write: await this.move(write, fate.state, fate.error) };
      return await this.submit<T>(write);
    } catch (error) {
      return { write: await this.fail(write, error) };
    }
  }

  private async submit<T>(write: Write): Promise<Outcome<T>> {
    const { data, status, etag } = await request<T>(write.path, {
      method: write.method,
      requestId: write.requestId,
      ...(write.body === undefined ? {} : { body: write.body }),
      ...(write.ifMatch ? { ifMatch: write.ifMatch } : {}),
    });
    if (status === 202) return { write: await this.move({ ...write, accepted: true }, 'waiting') };
    return { write: await this.move(write, 'applied'), data, etag };
  }

  private async fail(write: Write, error: unknown): Promise<Write> {
    const known = error instanceof ApiError ? error : new ApiError(String(error), 0, false);
    const open = known.offline || known.transient;
    // Whether it was applied is not known after a transient failure; the same id finds out.
    if (open && (write.accepted || this.options.mayQueue())) return this.move(write, 'waiting');
    return this.move(write, 'failed', {
      message: known.message,
      settled: !open,
      ...(known.conflict ? { conflict: known.conflict } : {}),
    });
  }

  // The user has changed the same thing again, after a change of it was refused.
  private async dropSuperseded({ path, method }: Write): Promise<void> {
    if (method !== 'PUT') return;
    for (const old of await this.list()) {
      if (old.state === 'failed' && old.path === path && old.method === method) await this.dismiss(old.requestId);
    }
  }

  // Two writes of one millisecond have an order too.
  private nextCreatedAt(): number {
    this.lastCreatedAt = Math.max(Date.now(), this.lastCreatedAt + 1);
    return this.lastCreatedAt;
  }

  private async move(write: Write, state: WriteState, error?: WriteError): Promise<Write> {
    const moved: Write = { ...write, state, ...(error ? { error } : {}) };
    await this.save(moved);
    return moved;
  }

  private async save(write: Write): Promise<void> {
    await (await this.database).put('writes', write);
    await this.tell();
  }

  private async tell(): Promise<void> {
    this.channel.postMessage('changed');
    await this.tellHere();
  }

  private async tellHere(): Promise<void> {
    if (this.listeners.size === 0) return;
    const writes = await this.list();
    for (const listener of this.listeners) listener(writes);
  }
}
