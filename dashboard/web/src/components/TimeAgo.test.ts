import { MantineProvider } from '@mantine/core';
import { act, cleanup, render } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { setUpTexts } from '../i18n';
import { TimeAgo, timeAgo } from './TimeAgo';

const kNow = Date.parse('2026-11-21T12:00:00Z');
const kSecond = 1000;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

describe('how long ago it was', () => {
  it.each([
    [0, 'now'],
    [59 * kSecond, 'now'],
    [kMinute, '1 minute ago'],
    [59 * kMinute + 59 * kSecond, '59 minutes ago'],
    [kHour, '1 hour ago'],
    [23 * kHour, '23 hours ago'],
    [kDay, 'yesterday'],
    [6 * kDay, '6 days ago'],
    [7 * kDay, 'last week'],
    [29 * kDay, '4 weeks ago'],
    [30 * kDay, 'last month'],
    [364 * kDay, '12 months ago'],
    [365 * kDay, 'last year'],
    [800 * kDay, '2 years ago'],
    [-90 * kMinute, 'in 1 hour'],
  ])('after %d ms reads %s', (age, text) => {
    expect(timeAgo(kNow - age, kNow, 'en')).toBe(text);
  });

  it.each([
    ['de', 'vor 3 Stunden'],
    ['es', 'hace 3 horas'],
    ['fr', 'il y a 3 heures'],
    ['ja', '3 時間前'],
    ['zh', '3小时前'],
  ])('is in the language %s', (language, text) => {
    expect(timeAgo(kNow - 3 * kHour, kNow, language)).toBe(text);
  });
});

describe('the time on a page', () => {
  beforeEach(async () => {
    vi.stubGlobal('matchMedia', () => ({
      matches: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }));
    await setUpTexts('en');
    vi.useFakeTimers({ now: kNow });
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function show(time: string): HTMLElement {
    return render(createElement(MantineProvider, null, createElement(TimeAgo, { time }))).container;
  }

  it('goes on by itself', () => {
    const page = show('2026-11-21T11:59:30Z');
    expect(page.querySelector('time')?.textContent).toBe('now');
    act(() => void vi.advanceTimersByTime(kMinute));
    expect(page.querySelector('time')?.textContent).toBe('1 minute ago');
  });

  it('is not in the future, however far the clocks are apart', () => {
    expect(show('2026-11-21T13:00:00Z').querySelector('time')?.textContent).toBe('now');
  });

  it('is nothing when it is none', () => {
    expect(show('never').querySelector('time')).toBeNull();
  });

  it('stops its clock when it is gone', () => {
    show('2026-11-21T11:59:30Z');
    cleanup();
    expect(vi.getTimerCount()).toBe(0);
  });
});
