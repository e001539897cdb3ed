import { Group, SegmentedControl, Select, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { changeLanguage, kLanguages } from '../i18n';
import { Section } from './Section';
import { changeSettings, useSettings } from './settings';

export function AppearanceSection() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language } = useSettings();
  return (
    <Section title={t('settings.appearance')}>
      <Group>
        <SegmentedControl
          aria-label={t('settings.theme')}
          value={colorScheme}
          onChange={(value) => setColorScheme(value)}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`settings.${value}`) }))}
        />
        <Select
          aria-label={t('settings.language')}
          data={Object.entries(kLanguages).map(([value, label]) => ({ value, label }))}
          value={language in kLanguages ? language : 'en'}
          onChange={(value) => {
            if (!value) return;
            changeSettings({ language: value });
            void changeLanguage(value);
          }}
          allowDeselect={false}
        />
      </Group>
    </Section>
  );
}
