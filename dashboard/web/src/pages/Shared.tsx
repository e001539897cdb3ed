import { Alert, Container, Paper, Tabs, Title } from '@mantine/core';
import { IconCopy, IconLinkOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';

import type { DocumentName } from '../api/types';
import { Empty } from '../components/Empty';
import { Logo } from '../components/Logo';
import { Markdown } from '../components/Markdown';
import { decodeShared } from '../specs/share';

const kOrder: DocumentName[] = ['requirements', 'design', 'tasks'];

// A copy of a spec that came with the link: needs neither a session nor the server.
export default function Shared() {
  const { t, i18n } = useTranslation();
  const { hash } = useLocation();
  const shared = useMemo(() => decodeShared(hash.slice(1)), [hash]);
  if (!shared) return <Empty icon={IconLinkOff} title={t('share.broken')} page />;
  const present = kOrder.filter((name) => shared.documents[name] !== undefined);
  return (
    <Container size="md" py="lg" component="main">
      <Logo />
      <Alert my="md" icon={<IconCopy size={18} />} color="blue">
        {t('share.copy', { time: new Date(shared.copiedAt).toLocaleString(i18n.language) })}
      </Alert>
      <Title order={1} size="h2" mb="md">
        {shared.name}
      </Title>
      <Tabs defaultValue={present[0] ?? null} keepMounted={false}>
        <Tabs.List mb="md">
          {present.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`documents.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {present.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <Paper withBorder p={{ base: 'md', sm: 'xl' }} component="article">
              <Markdown text={shared.documents[name] ?? ''} />
            </Paper>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Container>
  );
}
