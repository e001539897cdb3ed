import { describe, expect, it } from 'vitest';

import { duration } from './duration';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '0.4 ms'],
    [1, '1 ms'],
    [999, '999 ms'],
    [1000, '1 sec'],
    [1500, '1.5 sec'],
    [60_000, '1 min'],
    [5_400_000, '1.5 hr'],
    [86_400_000, '1 day'],
    [216_000_000, '2.5 days'],
    [31_536_000_000, '365 days'],
  ])('of %d ms reads %s', (milliseconds, text) => {
    expect(duration(milliseconds, 'en')).toBe(text);
  });

  it('that is not known is a dash', () => {
    expect(duration(null, 'en')).toBe('–');
    expect(duration(undefined, 'en')).toBe('–');
  });

  it.each([
    ['de', '1,5 Std.'],
    ['ja', '1.5 時間'],
    ['zh', '1.5小时'],
  ])('is in the language %s', (language, text) => {
    expect(duration(5_400_000, language)).toBe(text);
  });
});
