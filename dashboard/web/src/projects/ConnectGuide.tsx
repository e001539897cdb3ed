import { Card, Code, CopyButton, Button, List, Loader, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

// The first page of an account without projects. It turns into the dashboard by itself when an agent registers.
export function ConnectGuide() {
  const { t } = useTranslation();
  const command = [
    'specrelay_agent --headless --project="$PWD" \\',
    `  --relay=${window.location.hostname}:50051 \\`,
    '  --api_key_file="$HOME/.config/specrelay/agent.key"',
  ].join('\n');
  return (
    <Stack maw={680} mx="auto" gap="lg" py="xl">
      <Title order={1} size="h2">
        {t('connect.title')}
      </Title>
      <Text>{t('connect.lead')}</Text>
      <List type="ordered" spacing="md">
        <List.Item>
          {t('connect.key')} <Code>specrelay_ctl key create --role=agent</Code>
        </List.Item>
        <List.Item>
          {t('connect.run')}
          <Card withBorder mt="xs" p="sm">
            <Code block>{command}</Code>
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <Button mt="xs" size="xs" variant="light" onClick={copy} style={{ alignSelf: 'flex-start' }}>
                  {copied ? t('common.copied') : t('common.copy')}
                </Button>
              )}
            </CopyButton>
          </Card>
        </List.Item>
      </List>
      <Card withBorder>
        <Text component="div" role="status" style={{ display: 'flex', gap: 12, alignItems: 'center' }}>
          <Loader size="sm" aria-hidden /> {t('connect.waiting')}
        </Text>
      </Card>
    </Stack>
  );
}
