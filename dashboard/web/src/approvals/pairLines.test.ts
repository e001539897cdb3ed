import { describe, expect, it } from 'vitest';

import type { DiffLine } from '../api/types';
import { pairLines } from './pairLines';

// "-a +b  c" as the lines of a diff; the pairs as "a|b".
function lines(text: string): DiffLine[] {
  const kTypes = { '-': 'delete', '+': 'add', '=': 'normal' } as const;
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({ type: kTypes[word[0] as keyof typeof kTypes], content: word.slice(1) }));
}

function pairs(text: string): string[] {
  return pairLines(lines(text)).map(([left, right]) => `${left?.content ?? ''}|${right?.content ?? ''}`);
}

describe('lines side by side', () => {
  it.each([
    ['', []],
    ['=a =b', ['a|a', 'b|b']],
    ['-a +b', ['a|b']],
    ['-a -b +c', ['a|c', 'b|']],
    ['-a +b +c', ['a|b', '|c']],
    ['+a', ['|a']],
    ['-a', ['a|']],
    ['+a -b', ['|a', 'b|']],
    ['-a +b -c +d', ['a|b', 'c|d']],
    ['=x -a +b =y -c =z +d', ['x|x', 'a|b', 'y|y', 'c|', 'z|z', '|d']],
  ])('of %j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it('keep every line once, each side in its order', () => {
    const all = lines('=a -b -c +d =e +f +g -h +i -j =k');
    const paired = pairLines(all);
    expect(paired.flatMap(([left]) => left ?? [])).toEqual(all.filter(({ type }) => type !== 'add'));
    expect(paired.flatMap(([, right]) => right ?? [])).toEqual(all.filter(({ type }) => type !== 'delete'));
  });
});
