// Cron schedules of five fields, in words and in times. The agent decides; this only helps who writes one.
import { CronExpressionParser } from 'cron-parser';
import cronstrue from 'cronstrue';

import type { Language } from '../i18n';

export const kPresets = ['0 2 * * *', '0 * * * *', '*/15 * * * *', '0 9 * * 1-5', '0 3 * * 0', '0 4 1 * *'];

// Each adds its words to the library when it is loaded.
const kWords: Record<Exclude<Language, 'en'>, () => Promise<unknown>> = {
  de: () => import('cronstrue/locales/de'),
  es: () => import('cronstrue/locales/es'),
  fr: () => import('cronstrue/locales/fr'),
  ja: () => import('cronstrue/locales/ja'),
  zh: () => import('cronstrue/locales/zh_CN'),
};
const kLocales: Record<Language, string> = { en: 'en', de: 'de', es: 'es', fr: 'fr', ja: 'ja', zh: 'zh_CN' };

// Whether the words of a language are there; without them a schedule is described in English.
export async function loadScheduleWords(language: Language): Promise<void> {
  if (language !== 'en') await kWords[language]();
}

// Nothing when the expression is none.
export function describeSchedule(expression: string, language: Language = 'en'): string | undefined {
  try {
    CronExpressionParser.parse(expression);
    if (!hasFiveFields(expression)) return undefined;
    const use24HourTimeFormat = language !== 'en';
    return cronstrue.toString(expression, { locale: kLocales[language], use24HourTimeFormat });
  } catch {
    return undefined;
  }
}

// By the clock of the time zone; of this browser's without one.
export function nextRuns(expression: string, count: number, timeZone?: string): Date[] {
  if (!hasFiveFields(expression)) return [];
  try {
    const options = timeZone ? { tz: timeZone } : {};
    return CronExpressionParser.parse(expression, options)
      .take(count)
      .map((date) => date.toDate());
  } catch {
    return [];
  }
}

// The parser takes nicknames, seconds and even nothing as well.
function hasFiveFields(expression: string): boolean {
  return expression.trim().split(/\s+/).length === 5;
}
