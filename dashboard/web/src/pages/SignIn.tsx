import { Alert, Anchor, Button, Card, Center, Code, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';

import { ApiError, request } from '../api/http';
import { sessionQuery } from '../api/queries';
import type { Session } from '../api/types';
import { Logo } from '../components/Logo';

export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { from?: string } | null };
  const [key, setKey] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function signIn(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const { data } = await request<Session>('/api/session', { method: 'POST', body: { key: key.trim() } });
      // What is left of an older session may be another account's.
      client.clear();
      client.setQueryData(sessionQuery.queryKey, data);
      await navigate(state?.from ?? '/', { replace: true });
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Center mih="100vh" p="md" component="main">
      <Stack w="100%" maw={420} gap="lg">
        <Logo size="lg" />
        <Card withBorder shadow="sm" p="xl">
          <form onSubmit={(event) => void signIn(event)}>
            <Stack>
              <Title order={1} size="h3">
                {t('signIn.title')}
              </Title>
              <Text c="dimmed" size="sm">
                {t('signIn.lead')}
              </Text>
              <PasswordInput
                label={t('signIn.key')}
                placeholder="srk_…"
                autoComplete="current-password"
                leftSection={<IconKey size={16} aria-hidden />}
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                required
                data-autofocus
              />
              {error && (
                <Alert color="red" role="alert">
                  {error}
                </Alert>
              )}
              <Button type="submit" loading={busy} disabled={!key.trim()}>
                {t('signIn.submit')}
              </Button>
            </Stack>
          </form>
        </Card>
        <Text size="sm" c="dimmed" ta="center">
          {t('signIn.noKey')} <Code>specrelay_ctl key create</Code>{' '}
          <Anchor href="/api/openapi.json" size="sm" underline="always">
            {t('signIn.api')}
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
