// Three-way merge of texts by lines (diff3: Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007). Pure.
import { diff3Merge } from 'node-diff3';

export interface Conflict {
  mine: string;
  theirs: string;
}

export type MergePiece = { kind: 'text'; text: string } | { kind: 'conflict'; conflict: Conflict };

export interface Merge {
  pieces: MergePiece[];
  // The merged text when nothing conflicts.
  clean: string | undefined;
}

export function merge(base: string, mine: string, theirs: string): Merge {
  const regions = diff3Merge(lines(mine), lines(base), lines(theirs), { excludeFalseConflicts: true });
  const pieces = regions.map((region): MergePiece => {
    if (region.ok) return { kind: 'text', text: region.ok.join('') };
    return {
      kind: 'conflict',
      conflict: { mine: region.conflict?.a.join('') ?? '', theirs: region.conflict?.b.join('') ?? '' },
    };
  });
  const texts = pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
  const clean = texts.length === pieces.length ? texts.join('') : undefined;
  return { pieces, clean };
}

export type Choice = 'mine' | 'theirs' | 'both';

// The text after each conflict, in their order, was decided.
export function resolve({ pieces }: Merge, choices: Choice[]): string {
  let next = 0;
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      const choice = choices[next++] ?? 'mine';
      const { mine, theirs } = piece.conflict;
      if (choice === 'both') return mine + (mine && theirs && !mine.endsWith('\n') ? '\n' : '') + theirs;
      return choice === 'mine' ? mine : theirs;
    })
    .join('');
}

// With their ends, so that joining them gives the text back.
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
