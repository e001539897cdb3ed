import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { Section } from './Section';
import { changeSettings, useSettings } from './settings';

export function EditingSection() {
  const { t } = useTranslation();
  const { queueWhenOffline } = useSettings();
  return (
    <Section title={t('settings.editing')}>
      <Switch
        label={t('settings.queue')}
        description={t('settings.queueHint')}
        checked={queueWhenOffline}
        onChange={(event) => changeSettings({ queueWhenOffline: event.currentTarget.checked })}
      />
    </Section>
  );
}
