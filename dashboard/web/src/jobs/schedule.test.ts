import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { kLanguages, type Language } from '../i18n';
import { describeSchedule, kPresets, loadScheduleWords, nextRuns } from './schedule';

const kWrong = [
  '',
  '   ',
  'soon',
  '* * * *',
  '* * * * * *',
  '61 * * * *',
  '* 24 * * *',
  '0 0 0 * *',
  '0 0 * 13 *',
  '@daily',
  '*/0 * * * *',
  '- - - - -',
];

describe('a schedule', () => {
  it.each([
    ['0 2 * * *', 'At 02:00 AM'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['0 9 * * 1-5', 'At 09:00 AM, Monday through Friday'],
    ['  0   2 * * * ', 'At 02:00 AM'],
  ])('%j reads %s', (expression, words) => {
    expect(describeSchedule(expression)).toBe(words);
  });

  it('reads in the language of the user', async () => {
    const words = new Set<string | undefined>();
    for (const language of Object.keys(kLanguages) as Language[]) {
      await loadScheduleWords(language);
      words.add(describeSchedule('0 9 * * 1-5', language));
    }
    expect(words.size).toBe(Object.keys(kLanguages).length);
    expect(words).toContain('Um 09:00, Montag bis Freitag');
  });

  it('has words and times for every preset', () => {
    for (const preset of kPresets) {
      expect(describeSchedule(preset), preset).toBeTruthy();
      expect(nextRuns(preset, 3), preset).toHaveLength(3);
    }
  });

  it.each(kWrong)('that is none has neither words nor times: %j', (expression) => {
    expect(describeSchedule(expression)).toBeUndefined();
    expect(nextRuns(expression, 3)).toEqual([]);
  });
});

describe('the next runs', () => {
  // In the zone of the browser, whatever it is.
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts);

  beforeEach(() => void vi.useFakeTimers({ now: at(2026, 10, 21, 11, 7) }));
  afterEach(() => void vi.useRealTimers());

  it('come after now, in order', () => {
    expect(nextRuns('*/15 * * * *', 3)).toEqual([
      at(2026, 10, 21, 11, 15),
      at(2026, 10, 21, 11, 30),
      at(2026, 10, 21, 11, 45),
    ]);
    expect(nextRuns('0 2 * * *', 2)).toEqual([at(2026, 10, 22, 2, 0), at(2026, 10, 23, 2, 0)]);
  });

  it('follow the clock of the machine', () => {
    vi.setSystemTime(new Date('2026-11-21T11:07:00Z'));
    expect(nextRuns('0 2 * * *', 1, 'Asia/Tokyo')).toEqual([new Date('2026-11-21T17:00:00Z')]);
    expect(nextRuns('0 2 * * *', 1, 'America/New_York')).toEqual([new Date('2026-11-22T07:00:00Z')]);
  });

  it('leave out the days that are not meant', () => {
    // 21 November 2026 is a Saturday.
    expect(nextRuns('0 9 * * 1-5', 1)).toEqual([at(2026, 10, 23, 9, 0)]);
    expect(nextRuns('0 4 1 * *', 2)).toEqual([at(2026, 11, 1, 4, 0), at(2027, 0, 1, 4, 0)]);
    expect(nextRuns('0 0 29 2 *', 1)).toEqual([at(2028, 1, 29, 0, 0)]);
  });

  it('of a day that never comes are none', () => {
    expect(nextRuns('0 0 31 2 *', 3)).toEqual([]);
  });
});
