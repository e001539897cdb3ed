import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  accepted,
  agentAway,
  conflict,
  FakeLocks,
  FakeServer,
  held,
  ok,
  refused,
  unreachable,
} from '../test/fakeServer';
import { Outbox } from './outbox';
import type { Write, WriteSpec } from './write';

const kSpec: WriteSpec = {
  projectId: 'p',
  label: 'Save',
  method: 'PUT',
  path: '/api/projects/p/specs/a/tasks',
  body: { content: 'x' },
};

let server: FakeServer;
let name = '';
let databases = 0;

function openTab(mayQueue = true): Outbox {
  return new Outbox({ mayQueue: () => mayQueue, name });
}

function installLocks(): void {
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  name = `outbox-${++databases}`;
  installLocks();
});

describe('a write', () => {
  it('is applied when the server says so, and hands over data and ETag', async () => {
    server.answer(ok);
    const outcome = await openTab().send<{ success: boolean }>({ ...kSpec, ifMatch: '"1"' });
    expect(outcome.write.state).toBe('applied');
    expect(outcome.data).toEqual({ success: true });
    expect(outcome.etag).toBe('"2"');
    expect(server.seen).toEqual([
      { path: kSpec.path, method: 'PUT', requestId: outcome.write.requestId, ifMatch: '"1"', body: { content: 'x' } },
    ]);
  });

  it('is refused with the words of the server', async () => {
    server.answer(refused);
    const { write } = await openTab().send(kSpec);
    expect(write.state).toBe('failed');
    expect(write.error).toEqual({ message: 'read only', settled: true });
  });

  it('that conflicts carries what is on disk', async () => {
    server.answer(conflict);
    const { write } = await openTab().send({ ...kSpec, ifMatch: '"1"' });
    expect(write.state).toBe('failed');
    expect(write.error?.conflict).toEqual({ currentHash: 'h2', currentContent: 'theirs' });
  });

  it('waits when the server took it for an agent that is away', async () => {
    server.answer(accepted);
    expect((await openTab(false).send(kSpec)).write.state).toBe('waiting');
  });

  it.each([
    ['the agent is away', agentAway],
    ['the server cannot be reached', unreachable],
    ['a proxy has no answer', () => new Response('bad gateway', { status: 502 })],
    ['the server is asked too often', () => Response.json({ error: 'slow down' }, { status: 429 })],
  ])('waits while %s, if it may', async (_, answer) => {
    server.answer(answer);
    const { write } = await openTab(true).send(kSpec);
    expect(write.state).toBe('waiting');
    expect(write.error).toBeUndefined();
  });

  it.each([
    ['the agent is away', agentAway],
    ['the server cannot be reached', unreachable],
  ])('fails at once while %s, if it may not wait, and may be tried again', async (_, answer) => {
    server.answer(answer);
    const { write } = await openTab(false).send(kSpec);
    expect(write.state).toBe('failed');
    expect(write.error?.settled).toBe(false);
  });

  it('that was refused is not sent again by itself', async () => {
    server.answer(refused);
    const outbox = openTab();
    await outbox.send(kSpec);
    await outbox.resume();
    expect(server.seen).toHaveLength(1);
  });

  it('whose outcome is open is sent again on request, with its id, and its error is forgotten', async () => {
    server.answer(unreachable, ok);
    const outbox = openTab(false);
    const { write } = await outbox.send(kSpec);
    await outbox.retry(write.requestId);
    expect(server.seen.map((seen) => seen.requestId)).toEqual([write.requestId, write.requestId]);
    const [after] = await outbox.list();
    expect(after?.state).toBe('applied');
    expect(after?.error).toBeUndefined();
  });

  it('that was refused is sent again on request with a new id, for the old one has its answer', async () => {
    server.answer(refused, ok);
    const outbox = openTab();
    const { write } = await outbox.send(kSpec);
    await outbox.retry(write.requestId);
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1]?.requestId).not.toBe(write.requestId);
    expect((await outbox.list()).map(({ state }) => state)).toEqual(['applied']);
  });

  it('to a place supersedes one that was refused there', async () => {
    server.answer(refused, ok);
    const outbox = openTab();
    await outbox.send(kSpec);
    const { write } = await outbox.send(kSpec);
    expect((await outbox.list()).map(({ requestId }) => requestId)).toEqual([write.requestId]);
  });

  it('that was applied is not retried', async () => {
    server.answer(ok);
    const outbox = openTab();
    const { write } = await outbox.send(kSpec);
    await outbox.retry(write.requestId);
    expect(server.seen).toHaveLength(1);
  });

  it('is sent from a page without TLS too, which has neither Web Locks nor randomUUID', async () => {
    Reflect.deleteProperty(navigator, 'locks');
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(0xab) });
    server.answer(ok);
    const { write } = await openTab().send(kSpec);
    expect(write.state).toBe('applied');
    expect(write.requestId).toBe('abababab-abab-4bab-8bab-abababababab');
  });
});

describe('after a reload', () => {
  it('a write under way is sent again with the same request id', async () => {
    server.answer(held().answer, ok);
    void openTab().send(kSpec);
    await server.saw(1);
    // The old page is gone, and its locks with it.
    installLocks();
    const outbox = openTab();
    await outbox.resume();
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1]).toEqual(server.seen[0]);
    expect((await outbox.list()).map((write) => write.state)).toEqual(['applied']);
  });

  it('what waited is sent in the order of writing, even of one millisecond', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(1_000);
    server.answer(agentAway);
    const before = openTab();
    const labels = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const label of labels) await before.send({ ...kSpec, label, path: `/api/${label}` });
    vi.restoreAllMocks();
    server.seen.length = 0;
    server.answer(ok);
    const outbox = openTab();
    await outbox.resume();
    expect(server.seen.map((seen) => seen.path)).toEqual(labels.map((label) => `/api/${label}`));
    expect((await outbox.list()).map((write) => write.label)).toEqual(labels);
  });

  it('only the writes of the project that is back are sent', async () => {
    server.answer(agentAway);
    const outbox = openTab();
    await outbox.send({ ...kSpec, projectId: 'p', path: '/api/p' });
    await outbox.send({ ...kSpec, projectId: 'q', path: '/api/q' });
    server.seen.length = 0;
    server.answer(ok);
    await outbox.resume('q');
    expect(server.seen.map((seen) => seen.path)).toEqual(['/api/q']);
  });
});

describe('of several writes', () => {
  it('a later one never overtakes one that nobody took', async () => {
    server.answer(unreachable);
    const outbox = openTab();
    for (const path of ['/api/1', '/api/2']) await outbox.send({ ...kSpec, path });
    server.seen.length = 0;
    server.answer(unreachable, ok);
    await outbox.resume();
    expect(server.seen.map((seen) => seen.path)).toEqual(['/api/1']);
    await outbox.resume();
    expect(server.seen.map((seen) => seen.path)).toEqual(['/api/1', '/api/1', '/api/2']);
  });

  it('one that waits is sent before a new one to the same place', async () => {
    server.answer(unreachable);
    const outbox = openTab();
    await outbox.send({ ...kSpec, body: { status: 'in-progress' } });
    server.seen.length = 0;
    server.answer(ok);
    const { write } = await outbox.send({ ...kSpec, body: { status: 'completed' } });
    expect(write.state).toBe('applied');
    expect(server.seen.map((seen) => seen.body)).toEqual([{ status: 'in-progress' }, { status: 'completed' }]);
  });

  it('one to the same place waits behind one that nobody took', async () => {
    server.answer(unreachable);
    const outbox = openTab();
    await outbox.send({ ...kSpec, body: { status: 'in-progress' } });
    server.answer(unreachable, ok);
    const { write } = await outbox.send({ ...kSpec, body: { status: 'completed' } });
    expect(write.state).toBe('waiting');
    await outbox.resume();
    expect(server.seen.map((seen) => seen.body).slice(-2)).toEqual([
      { status: 'in-progress' },
      { status: 'completed' },
    ]);
  });

  it('one that is dismissed meanwhile does not stop the others', async () => {
    server.answer(agentAway);
    const outbox = openTab();
    await outbox.send({ ...kSpec, path: '/api/1' });
    const { write } = await outbox.send({ ...kSpec, path: '/api/2' });
    await outbox.send({ ...kSpec, path: '/api/3' });
    server.seen.length = 0;
    const first = held();
    server.answer(first.answer, ok);
    const resumed = outbox.resume();
    await server.saw(1);
    await outbox.dismiss(write.requestId);
    first.release(Response.json({}));
    await resumed;
    expect(server.seen.map((seen) => seen.path)).toEqual(['/api/1', '/api/3']);
  });
});

describe('two tabs on one database', () => {
  it('never send a write twice', async () => {
    const slow = held();
    server.answer(slow.answer);
    const [one, two] = [openTab(), openTab()];
    const sent = one.send(kSpec);
    await server.saw(1);
    const resumed = [one.resume(), two.resume(), two.resume('p')];
    slow.release(Response.json({}));
    await Promise.all([sent, ...resumed]);
    expect(server.seen).toHaveLength(1);
    expect((await two.list()).map((write) => write.state)).toEqual(['applied']);
  });

  it('send each of many waiting writes once', async () => {
    server.answer(agentAway);
    const [one, two] = [openTab(), openTab()];
    for (let i = 0; i < 8; ++i) await one.send({ ...kSpec, path: `/api/${i}` });
    server.seen.length = 0;
    server.answer(ok);
    await Promise.all([one.resume(), two.resume()]);
    expect(server.seen.map((seen) => seen.path).sort()).toEqual([...Array(8).keys()].map((i) => `/api/${i}`));
  });

  it('show each other what is on its way', async () => {
    server.answer(ok);
    const other = openTab();
    const applied = new Promise<Write>((resolve) => {
      other.subscribe((writes) => writes.filter((write) => write.state === 'applied').forEach(resolve));
    });
    await openTab().send(kSpec);
    expect((await applied).label).toBe('Save');
  });

  it('both forget what is dismissed', async () => {
    server.answer(ok);
    const [one, two] = [openTab(), openTab()];
    const { write } = await one.send(kSpec);
    await two.dismiss(write.requestId);
    expect(await one.list()).toEqual([]);
  });
});
