import { Button, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { request } from '../api/http';
import { sessionQuery } from '../api/queries';
import { forgetEverything } from '../offline';
import { Section } from './Section';

export function AccountSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useQuery(sessionQuery).data;
  async function signOut() {
    await request('/api/session', { method: 'DELETE' }).catch(() => undefined);
    client.clear();
    await forgetEverything();
    await navigate('/sign-in');
  }
  return (
    <Section title={t('settings.account')}>
      {session && (
        <Text size="sm">
          {t('settings.signedIn', {
            account: session.account,
            key: session.keyName,
            role: t(`settings.roles.${session.role}`),
          })}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconLogout size={16} />}
        onClick={() => void signOut()}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('settings.signOut')}
      </Button>
    </Section>
  );
}
