import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { accepted, type Answer, FakeLocks, FakeServer, ok, unreachable } from '../test/fakeServer';
import { Outbox } from './outbox';
import type { WriteSpec } from './write';

const kSpec: WriteSpec = {
  projectId: 'p',
  label: 'Save',
  method: 'PUT',
  path: '/api/projects/p/specs/a/design',
  body: { content: 'x' },
  ifMatch: '"1"',
};

const status =
  (state: string, more: object = {}): Answer =>
  () =>
    Response.json({ requestId: 'r', state, ...more });
const forgotten: Answer = () => Response.json({ error: 'no such command' }, { status: 404 });

let server: FakeServer;
let outbox: Outbox;
let databases = 0;

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
  outbox = new Outbox({ mayQueue: () => false, name: `queued-${++databases}` });
});
afterEach(() => void vi.unstubAllGlobals());

// A write that the server keeps; then the answers to what is asked next.
async function queued(...answers: Answer[]): Promise<string> {
  server.answer(accepted);
  const { write } = await outbox.send(kSpec);
  expect(write).toMatchObject({ state: 'waiting', accepted: true });
  server.seen.length = 0;
  server.answer(...answers);
  return write.requestId;
}

async function only() {
  const writes = await outbox.list();
  expect(writes).toHaveLength(1);
  return writes[0];
}

describe('a write that the server keeps for an agent that is away', () => {
  it('is asked about, and not sent again', async () => {
    const id = await queued(status('QUEUED'));
    await outbox.resume();
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /api/commands/${id}`]);
    expect((await only())?.state).toBe('waiting');
  });

  it.each(['ACCEPTED', 'SENT'])('still waits when it is %s', async (state) => {
    await queued(status(state));
    await outbox.resume();
    expect((await only())?.state).toBe('waiting');
  });

  it('is applied when the agent has applied it, and not earlier', async () => {
    await queued(status('SENT'), status('APPLIED'));
    await outbox.resume('p');
    expect((await only())?.state).toBe('waiting');
    await outbox.resume('p');
    expect((await only())?.state).toBe('applied');
  });

  it('fails with the words of the agent', async () => {
    await queued(status('FAILED', { error: { code: 7, message: 'read only' } }));
    await outbox.resume();
    expect(await only()).toMatchObject({ state: 'failed', error: { message: 'read only', settled: true } });
  });

  it.each([
    ['EXPIRED', 'expired'],
    ['CANCELLED', 'cancelled'],
  ])('says so when it is %s', async (state, words) => {
    await queued(status(state));
    await outbox.resume();
    expect((await only())?.error).toEqual({ message: words, settled: true });
  });

  it('carries what is on disk when it conflicts with that', async () => {
    await queued(
      status('CONFLICT', { error: { code: 10, message: 'changed', currentHash: 'h2', currentContent: 'theirs' } }),
    );
    await outbox.resume();
    expect((await only())?.error).toEqual({
      message: 'changed',
      settled: true,
      conflict: { currentHash: 'h2', currentContent: 'theirs' },
    });
  });

  it.each([
    ['may or may not have been applied', status('UNKNOWN')],
    ['has forgotten it', forgotten],
  ])('is sent again with its id when the server %s', async (_, answer) => {
    const id = await queued(answer, ok);
    await outbox.resume();
    expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(server.seen[1]).toMatchObject({ requestId: id, ifMatch: '"1"', body: { content: 'x' } });
    expect((await only())?.state).toBe('applied');
  });

  it('goes on waiting while the server cannot be reached, whether or not the browser may queue', async () => {
    await queued(unreachable);
    await outbox.resume();
    expect((await only())?.state).toBe('waiting');
  });

  it('does not hold up the next', async () => {
    server.answer(accepted);
    for (const path of ['/api/1', '/api/2']) await outbox.send({ ...kSpec, path });
    server.seen.length = 0;
    server.answer(status('QUEUED'));
    await outbox.resume();
    expect(server.seen).toHaveLength(2);
  });

  it('is tried again with a new id after it expired', async () => {
    const id = await queued(status('EXPIRED'), ok);
    await outbox.resume();
    await outbox.retry(id);
    const write = await only();
    expect(write?.state).toBe('applied');
    expect(write?.requestId).not.toBe(id);
    expect(server.seen.at(-1)?.method).toBe('PUT');
  });
});
