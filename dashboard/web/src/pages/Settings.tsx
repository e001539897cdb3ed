import { Button, Card, Code, Group, SegmentedControl, Select, Stack, Switch, Table, Text, Title, useMantineColorScheme } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { projectPath, request } from '../api/http';
import { autoApproveQuery, infoQuery, sessionQuery } from '../api/queries';
import type { AgentPolicy, Project } from '../api/types';
import { PageHeader } from '../components/PageHeader';
import { useDelivery } from '../delivery/DeliveryProvider';
import { changeLanguage, kLanguages } from '../i18n';
import { forgetEverything } from '../offline';
import { useProjects } from '../projects/useProjects';
import { changeSettings, useSettings } from '../settings/settings';

interface ApiKey {
  id: string;
  name: string;
  role: string;
  createdAt?: string;
  revoked?: boolean;
}

const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => (await request<ApiKey[]>('/api/keys', { signal })).data,
});

export default function SettingsPage() {
  const { t } = useTranslation();
  const projects = useProjects();
  const session = useQuery(sessionQuery).data;
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <Stack maw={760}>
        <Appearance />
        <Notices />
        <Editing />
        {projects.map((project) => (
          <Policy key={project.projectId} project={project} />
        ))}
        {session?.role === 'admin' && <Keys />}
        <Account />
      </Stack>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </Card>
  );
}

function Appearance() {
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

function Notices() {
  const { t } = useTranslation();
  const settings = useSettings();
  async function allowBrowser(on: boolean) {
    const granted = on && 'Notification' in window && (await Notification.requestPermission()) === 'granted';
    changeSettings({ browserNotifications: granted });
  }
  return (
    <Section title={t('settings.notifications')}>
      <Switch label={t('settings.pageNotifications')} checked={settings.pageNotifications} onChange={(event) => changeSettings({ pageNotifications: event.currentTarget.checked })} />
      <Switch label={t('settings.browserNotifications')} checked={settings.browserNotifications} onChange={(event) => void allowBrowser(event.currentTarget.checked)} />
      <Switch label={t('settings.titleBadge')} checked={settings.titleBadge} onChange={(event) => changeSettings({ titleBadge: event.currentTarget.checked })} />
      <Switch label={t('settings.sound')} checked={settings.sound} onChange={(event) => changeSettings({ sound: event.currentTarget.checked })} />
    </Section>
  );
}

function Editing() {
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

function Policy({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { send } = useDelivery();
  const info = useQuery(infoQuery(project.projectId));
  const options = autoApproveQuery(project.projectId);
  const automatic = useQuery(options);

  async function automate(enabled: boolean) {
    await send({
      projectId: project.projectId,
      label: t('settings.autoApprove'),
      method: 'PUT',
      path: projectPath(project.projectId, 'approvals', 'auto-approve'),
      body: { enabled },
    });
    await client.invalidateQueries({ queryKey: options.queryKey });
  }

  return (
    <Section title={t('settings.project', { name: project.projectName })}>
      <Switch
        label={t('settings.autoApprove')}
        description={t('settings.autoApproveHint')}
        checked={automatic.data?.enabled ?? false}
        onChange={(event) => void automate(event.currentTarget.checked)}
        disabled={automatic.data === undefined}
      />
      <div>
        <Text size="sm" fw={600}>
          {t('settings.policy')}
        </Text>
        <PolicyText policy={info.data?.policy} />
      </div>
    </Section>
  );
}

function PolicyText({ policy }: { policy: AgentPolicy | undefined }) {
  const { t } = useTranslation();
  const rules = Object.entries(policy ?? {}).filter(([, value]) => value !== false && value !== undefined);
  if (rules.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('settings.noPolicy')}
      </Text>
    );
  }
  return (
    <Table>
      <Table.Tbody>
        {rules.map(([rule, value]) => (
          <Table.Tr key={rule}>
            <Table.Td>{t(`settings.rules.${rule}`, { defaultValue: rule })}</Table.Td>
            <Table.Td>
              <Code>{Array.isArray(value) ? value.join(', ') : String(value)}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Keys() {
  const { t } = useTranslation();
  const { data = [] } = useQuery(keysQuery);
  return (
    <Section title={t('settings.keys')}>
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.keyName')}</Table.Th>
              <Table.Th>{t('settings.role')}</Table.Th>
              <Table.Th>Id</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((key) => (
              <Table.Tr key={key.id}>
                <Table.Td>{key.name}</Table.Td>
                <Table.Td>{key.role}</Table.Td>
                <Table.Td>
                  <Code>{key.id}</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" c="dimmed">
        {t('settings.keysHint')} <Code>specrelay_ctl key</Code>
      </Text>
    </Section>
  );
}

function Account() {
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
      {session && <Text size="sm">{t('settings.signedIn', { account: session.account, key: session.keyName, role: session.role })}</Text>}
      <Button variant="default" leftSection={<IconLogout size={16} />} onClick={() => void signOut()} style={{ alignSelf: 'flex-start' }}>
        {t('settings.signOut')}
      </Button>
    </Section>
  );
}
