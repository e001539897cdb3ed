import { expect, it } from 'vitest';

import { placeOf } from './place';

it.each([
  ['specs/a b/design.md', '/p/x/specs/a%20b/design'],
  ['specs/a/requirements.md', '/p/x/specs/a/requirements'],
  ['specs/a/tasks.md', '/p/x/specs/a'],
  ['archive/specs/a/tasks.md', '/p/x/specs/a/source?archived=1'],
  ['steering/tech.md', '/p/x/steering/tech'],
  ['approvals/a/approval_1.json', '/p/x/approvals/approval_1'],
  ['specs/a/implementation-log.json', '/p/x/logs?spec=a'],
  ['specs/a/Implementation Logs/task-1.md', '/p/x/logs?spec=a'],
])('%s is shown at %s', (path, page) => {
  expect(placeOf('x', path)?.page).toBe(page);
});

it.each([
  'settings.json',
  'specs/a/notes.md',
  'specs/design.md',
  'steering/other.md',
  'approvals/a/.snapshots/x/metadata.json',
  '',
])('%j has no page', (path) => {
  expect(placeOf('x', path)).toBeUndefined();
});
