import type { DiffLine } from '../api/types';

export type LinePair = [DiffLine | undefined, DiffLine | undefined];

// Lines side by side: what was deleted stands beside what was added in its place.
export function pairLines(lines: DiffLine[]): LinePair[] {
  const pairs: LinePair[] = [];
  let deleted: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(deleted.length, added.length); ++i) pairs.push([deleted[i], added[i]]);
    deleted = [];
    added = [];
  };
  for (const line of lines) {
    if (line.type === 'delete') {
      if (added.length > 0) flush();
      deleted.push(line);
    } else if (line.type === 'add') {
      added.push(line);
    } else {
      flush();
      pairs.push([line, line]);
    }
  }
  flush();
  return pairs;
}
