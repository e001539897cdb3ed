import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import i18next from 'i18next';
import { describe, expect, it } from 'vitest';

import { changeLanguage, kLanguages, type Language, setUpTexts } from '.';

const kSource = join(import.meta.dirname, '..');
const kPlural = /_(zero|one|two|few|many|other)$/;
const kTranslations = Object.keys(kLanguages).filter(
  (language): language is Exclude<Language, 'en'> => language !== 'en',
);

// Every text by its dotted key.
function textsOf(language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string[]) => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else {
      expect(value, path.join('.')).toBeTypeOf('string');
      texts.set(path.join('.'), String(value));
    }
  };
  walk(JSON.parse(readFileSync(join(import.meta.dirname, 'locales', `${language}.json`), 'utf8')), []);
  return texts;
}

const english = textsOf('en');
const kPluralBases = new Set(
  [...english.keys()].filter((key) => kPlural.test(key)).map((key) => key.replace(kPlural, '')),
);

// Every key that the language must have: as in English, plurals by the language's own rules.
function expectedKeys(language: Language): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return [...english.keys()].flatMap((key) => {
    const base = key.replace(kPlural, '');
    if (!kPluralBases.has(base)) return [key];
    return key.endsWith('_other') ? forms.map((form) => `${base}_${form}`) : [];
  });
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/g)].map((match) => match[1] ?? '').sort();
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

describe.each(Object.keys(kLanguages) as Language[])('the texts in %s', (language) => {
  const texts = textsOf(language);

  it('have the keys of English, with the plural forms of the language, and no others', () => {
    expect([...texts.keys()].sort()).toEqual(expectedKeys(language).sort());
  });

  it('are never empty and never have blanks around them', () => {
    expect([...texts].filter(([, text]) => text === '' || text !== text.trim())).toEqual([]);
  });

  it('have no broken placeholders', () => {
    const broken = [...texts].filter(([, text]) => /[{}]/.test(text.replaceAll(/\{\{[a-zA-Z]+\}\}/g, '')));
    expect(broken).toEqual([]);
  });
});

describe.each(kTranslations)('the translation to %s', (language) => {
  const texts = textsOf(language);

  it('uses the placeholders of English', () => {
    for (const [key, text] of texts) {
      const base = key.replace(kPlural, '');
      const model = english.get(kPluralBases.has(base) ? `${base}_other` : key) ?? '';
      const found = placeholdersOf(text);
      // The form for one may say so in words.
      const wanted = placeholdersOf(model).filter(
        (name) => name !== 'count' || !key.endsWith('_one') || found.includes(name),
      );
      expect(found, key).toEqual(wanted);
    }
  });

  it('leaves no sentence in English', () => {
    const same = [...texts].filter(
      ([key, text]) => /[a-z] [a-z]/i.test(text.replaceAll(/\{\{.*?\}\}/g, '')) && english.get(key) === text,
    );
    expect(same).toEqual([]);
  });

  it('leaves technical names alone', () => {
    for (const [key, text] of english) {
      for (const name of ['SpecRelay', '.spec-context', 'runners.json', 'cron', 'tasks.md', 'JSON']) {
        if (text.includes(name)) expect(texts.get(key), key).toContain(name);
      }
    }
  });
});

it('every key that the source names is in English', () => {
  const keys = sourceFiles(kSource).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bt\((['"`])([\w.-]+)\1/g)].map((match) => match[2] ?? ''),
  );
  expect(keys.length).toBeGreaterThan(150);
  const known = (key: string) => english.has(key) || kPluralBases.has(key);
  expect([...new Set(keys)].filter((key) => !known(key))).toEqual([]);
});

it('every family of keys that the source composes is in English', () => {
  const families = sourceFiles(kSource).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bt\(`([\w.-]+)\.\$\{/g)].map((match) => match[1] ?? ''),
  );
  expect(families.length).toBeGreaterThan(15);
  const keys = [...english.keys()];
  expect([...new Set(families)].filter((family) => !keys.some((key) => key.startsWith(`${family}.`)))).toEqual([]);
});

it('every English text is used by the source', () => {
  const all = sourceFiles(kSource)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const composed = [...all.matchAll(/`([\w.-]+)\.\$\{/g)].map((match) => `${match[1] ?? ''}.`);
  const unused = [...english.keys()]
    .map((key) => key.replace(kPlural, ''))
    .filter(
      (key) =>
        !all.includes(`'${key}'`) && !all.includes(`\`${key}\``) && !composed.some((family) => key.startsWith(family)),
    );
  expect(unused).toEqual([]);
});

it('every language counts by its own rules once it is chosen', async () => {
  await setUpTexts('en');
  for (const language of Object.keys(kLanguages)) {
    await changeLanguage(language);
    expect(document.documentElement.lang).toBe(language);
    for (const count of [0, 1, 2, 5, 1_000_000]) {
      expect(i18next.t('home.lead', { count }), `${language} ${count}`).toContain(String(count));
    }
  }
  await changeLanguage('de');
  expect(i18next.t('home.lead', { count: 1 })).toBe('1 Projekt');
  expect(i18next.t('home.lead', { count: 2 })).toBe('2 Projekte');
});

it('an unknown language means English', async () => {
  await setUpTexts('tlh');
  expect(i18next.t('common.save')).toBe('Save');
});
