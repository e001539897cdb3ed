import { beforeEach, expect, it } from 'vitest';

import { FakeLocks } from '../test/fakeServer';
import { isFirstTab } from './firstTab';

beforeEach(() => {
  localStorage.clear();
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
});

it('of several tabs that hear of something at once, one tells of it', async () => {
  const answers = await Promise.all([isFirstTab('a'), isFirstTab('a'), isFirstTab('b'), isFirstTab('a')]);
  expect(answers).toEqual([true, false, true, false]);
});

it('what was told stays told', async () => {
  expect(await isFirstTab('a')).toBe(true);
  expect(await isFirstTab('a')).toBe(false);
});

it('what is kept is bounded, and damage of it harms nobody', async () => {
  localStorage.setItem('specrelay-told', '{"not": "a list"');
  for (let i = 0; i < 300; ++i) expect(await isFirstTab(`${i}`)).toBe(true);
  expect((JSON.parse(localStorage.getItem('specrelay-told') ?? '[]') as string[]).length).toBeLessThanOrEqual(100);
});

it('a page without Web Locks tells as well', async () => {
  Reflect.deleteProperty(navigator, 'locks');
  expect(await isFirstTab('a')).toBe(true);
});
