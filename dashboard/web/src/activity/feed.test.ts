import { describe, expect, it } from 'vitest';

import type { LiveEvent } from '../live/affected';
import { type Change, kMaxChanges, withEvent } from './feed';

const kDesign = 'specs/a/design.md';
const kNow = 1_000_000;

const file = (path = kDesign, type = 'spec-update', change = 'modified'): LiveEvent => ({
  type,
  projectId: 'p',
  data: { path, change },
});
const command = (keyName = 'anna', state = 'APPLIED', requestId = 'r'): LiveEvent => ({
  type: 'command-state',
  projectId: 'p',
  data: { path: kDesign, state, requestId, actor: { account: 'club', keyName } },
});

// The feed after events, each some milliseconds after the one before.
function after(events: LiveEvent[], stepMs = 100, isMine: (id: string) => boolean = () => false): Change[] {
  return events.reduce<Change[]>((changes, event, i) => withEvent(changes, event, kNow + i * stepMs, isMine), []);
}

describe('what changed lately', () => {
  it('tells of a change on disk without a name', () => {
    expect(after([file()])).toMatchObject([{ projectId: 'p', path: kDesign, at: kNow, deleted: false }]);
    expect(after([file()])[0]?.who).toBeUndefined();
  });

  it.each([
    ['before', [command(), file()]],
    ['after', [file(), command()]],
  ])('tells who made a change when the command comes %s it', (_, events) => {
    expect(after(events)).toEqual([{ projectId: 'p', path: kDesign, at: kNow, deleted: false, who: 'anna' }]);
  });

  it('does not put down to somebody what is changed on disk right after', () => {
    expect(after([command(), file(), file()])[0]?.who).toBeUndefined();
  });

  it('does not put an old change down to somebody who changes nothing', () => {
    const changes = after([file(), command()], 6000);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ who: 'anna', at: kNow + 6000 });
  });

  it('knows what the user of this browser did', () => {
    expect(after([command(), file()], 100, (id) => id === 'r')[0]?.mine).toBe(true);
  });

  it('is not told by commands under way, refused, or without a document', () => {
    const other: LiveEvent = { type: 'command-state', projectId: 'p', data: { state: 'APPLIED', requestId: 'r' } };
    expect(after([command('anna', 'SENT'), command('anna', 'CONFLICT'), other])).toEqual([]);
  });

  it('leaves out snapshots, other events, and what is told twice', () => {
    const changes = after([
      file('approvals/a/.snapshots/design.md/snapshot-001.json', 'approval-update'),
      file(kDesign, 'task-status-update'),
      { type: 'job-update', projectId: 'p', data: {} },
      { type: 'resync', projectId: '', data: {} },
    ]);
    expect(changes).toEqual([]);
  });

  it('has the newest first, and of each file the last change alone', () => {
    const changes = after([
      file('specs/a/design.md'),
      file('steering/tech.md', 'steering-update'),
      file('specs/a/design.md'),
    ]);
    expect(changes.map(({ path }) => path)).toEqual(['specs/a/design.md', 'steering/tech.md']);
  });

  it('says what is gone', () => {
    expect(after([file(kDesign, 'spec-update', 'deleted')])[0]?.deleted).toBe(true);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 2 * kMaxChanges }, (_, i) => file(`specs/s${i}/design.md`));
    const changes = after(many);
    expect(changes).toHaveLength(kMaxChanges);
    expect(changes[0]?.path).toBe(`specs/s${2 * kMaxChanges - 1}/design.md`);
  });
});
