import { describe, expect, it } from 'vitest';

import { merge, resolve } from './merge';

const kBase = 'one\ntwo\nthree\nfour\nfive\n';

describe('merging', () => {
  it.each([
    ['nothing', kBase, kBase, kBase],
    ['only mine', 'ONE\ntwo\nthree\nfour\nfive\n', kBase, 'ONE\ntwo\nthree\nfour\nfive\n'],
    ['only theirs', kBase, 'one\ntwo\nthree\nfour\nFIVE\n', 'one\ntwo\nthree\nfour\nFIVE\n'],
    [
      'both, in different places',
      'ONE\ntwo\nthree\nfour\nfive\n',
      'one\ntwo\nthree\nfour\nFIVE\n',
      'ONE\ntwo\nthree\nfour\nFIVE\n',
    ],
    ['both, alike', 'one\n2\nthree\nfour\nfive\n', 'one\n2\nthree\nfour\nfive\n', 'one\n2\nthree\nfour\nfive\n'],
    [
      'both, one deleting',
      'two\nthree\nfour\nfive\n',
      'one\ntwo\nthree\nfour\nfive\nsix\n',
      'two\nthree\nfour\nfive\nsix\n',
    ],
  ])('is clean when %s changed', (_, mine, theirs, expected) => {
    const merged = merge(kBase, mine, theirs);
    expect(merged.clean).toBe(expected);
    expect(resolve(merged, [])).toBe(expected);
  });

  it('conflicts where both changed the same line, and keeps what is around it', () => {
    const merged = merge(kBase, 'one\ntwo\nMINE\nfour\nfive\n', 'one\ntwo\nTHEIRS\nfour\nfive\n');
    expect(merged.clean).toBeUndefined();
    expect(merged.pieces).toEqual([
      { kind: 'text', text: 'one\ntwo\n' },
      { kind: 'conflict', conflict: { mine: 'MINE\n', theirs: 'THEIRS\n' } },
      { kind: 'text', text: 'four\nfive\n' },
    ]);
  });

  it('conflicts where one changed what the other deleted', () => {
    const merged = merge(kBase, 'one\ntwo\nfour\nfive\n', 'one\ntwo\nTHREE\nfour\nfive\n');
    expect(resolve(merged, ['mine'])).toBe('one\ntwo\nfour\nfive\n');
    expect(resolve(merged, ['theirs'])).toBe('one\ntwo\nTHREE\nfour\nfive\n');
  });

  it('gives each text back, byte by byte, when it is chosen throughout', () => {
    const texts = ['', 'a', 'a\n', '\n', 'a\nb', 'a\r\nb\r\n', '\n\na\n\n', 'ä\n🙂\n', kBase];
    for (const base of texts) {
      for (const mine of texts) {
        for (const theirs of texts) {
          const merged = merge(base, mine, theirs);
          if (base === theirs) expect(merged.clean).toBe(mine);
          if (base === mine) expect(merged.clean).toBe(theirs);
          if (mine === theirs) expect(merged.clean).toBe(mine);
        }
      }
    }
  });
});

describe('resolving', () => {
  const merged = merge('a\n-\nb\n', 'A1\n-\nB1\n', 'A2\n-\nB2\n');

  it('decides each conflict for itself', () => {
    expect(resolve(merged, ['mine', 'theirs'])).toBe('A1\n-\nB2\n');
    expect(resolve(merged, ['both', 'mine'])).toBe('A1\nA2\n-\nB1\n');
  });

  it('keeps mine where nothing was decided', () => {
    expect(resolve(merged, ['theirs'])).toBe('A2\n-\nB1\n');
  });

  it('puts both on lines of their own at the end of a file without a line end', () => {
    expect(resolve(merge('a', 'mine', 'theirs'), ['both'])).toBe('mine\ntheirs');
    expect(resolve(merge('a', '', 'theirs'), ['both'])).toBe('theirs');
  });
});
