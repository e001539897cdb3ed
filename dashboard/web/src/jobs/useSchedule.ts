import { use } from 'react';
import { useTranslation } from 'react-i18next';

import { isLanguage, type Language } from '../i18n';
import { describeSchedule, loadScheduleWords } from './schedule';

const loading = new Map<Language, Promise<void>>();

function wordsOf(language: Language): Promise<void> {
  const promise = loading.get(language) ?? loadScheduleWords(language);
  loading.set(language, promise);
  return promise;
}

export interface ScheduleTexts {
  // In the user's language; nothing when it is no schedule.
  describe: (expression: string) => string | undefined;
  // A time as the machine's clock shows it.
  clock: (time: string | Date, timeZone: string | undefined) => string;
}

export function useSchedule(): ScheduleTexts {
  const { i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  use(wordsOf(language));
  return {
    describe: (expression) => describeSchedule(expression, language),
    clock: (time, timeZone) =>
      new Date(time).toLocaleString(language, { ...kShown, ...(timeZone ? { timeZone } : {}) }),
  };
}

const kShown: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
};
