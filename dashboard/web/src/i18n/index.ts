// Texts by language. English comes with the page; the others are loaded when they are chosen.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import en from './locales/en.json';

export const kLanguages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  zh: '中文',
} as const;

export type Language = keyof typeof kLanguages;

type Texts = { default: Record<string, unknown> };

const kLoaders: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  de: () => import('./locales/de.json'),
  es: () => import('./locales/es.json'),
  fr: () => import('./locales/fr.json'),
  ja: () => import('./locales/ja.json'),
  zh: () => import('./locales/zh.json'),
};

export function isLanguage(text: string): text is Language {
  return text in kLanguages;
}

export async function setUpTexts(language: string): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
  await changeLanguage(language);
}

export async function changeLanguage(language: string): Promise<void> {
  const chosen = isLanguage(language) ? language : 'en';
  if (chosen !== 'en' && !i18next.hasResourceBundle(chosen, 'translation')) {
    i18next.addResourceBundle(chosen, 'translation', (await kLoaders[chosen]()).default);
  }
  await i18next.changeLanguage(chosen);
  document.documentElement.lang = chosen;
}
