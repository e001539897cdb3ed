import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Section } from './Section';
import { changeSettings, useSettings } from './settings';

const kPlain = ['pageNotifications', 'titleBadge', 'sound'] as const;

export function NotificationSection() {
  const { t } = useTranslation();
  const settings = useSettings();
  const [refused, setRefused] = useState(false);
  async function allowBrowser(on: boolean) {
    // There are none in a page that came without TLS from another machine.
    const granted = on && 'Notification' in window && (await Notification.requestPermission()) === 'granted';
    setRefused(on && !granted);
    changeSettings({ browserNotifications: granted });
  }
  return (
    <Section title={t('settings.notifications')}>
      {kPlain.map((kind) => (
        <Switch
          key={kind}
          label={t(`settings.${kind}`)}
          checked={settings[kind]}
          onChange={(event) => changeSettings({ [kind]: event.currentTarget.checked })}
        />
      ))}
      <Switch
        label={t('settings.browserNotifications')}
        checked={settings.browserNotifications}
        error={refused && t('settings.browserRefused')}
        onChange={(event) => void allowBrowser(event.currentTarget.checked)}
      />
    </Section>
  );
}
