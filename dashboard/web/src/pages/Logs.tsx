import { Accordion, Badge, Card, Code, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconNotes, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { logQuery, specsQuery, taskLogStatsQuery, tasksQuery } from '../api/queries';
import type { LogEntry } from '../api/types';
import { Empty } from '../components/Empty';
import { Figure } from '../components/Figure';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

const kSearchDelayMs = 250;
// More than anybody reads; a search finds the others.
const kShown = 200;

export default function Logs() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const [parameters, setParameters] = useSearchParams();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), kSearchDelayMs);
  const specs = useQuery(specsQuery(projectId));
  const spec = parameters.get('spec') ?? specs.data?.[0]?.name ?? '';
  const task = parameters.get('task') ?? '';
  const tasks = useQuery({ ...tasksQuery(projectId, spec), enabled: spec !== '' });
  const log = useQuery({ ...logQuery(projectId, spec, wanted, task), enabled: spec !== '' });

  return (
    <>
      <OfflineNotice />
      <PageHeader title={t('logs.title')} lead={project?.projectName} />
      <Group mb="md" gap="sm">
        <Select
          aria-label={t('logs.spec')}
          data={(specs.data ?? []).map(({ name, displayName }) => ({ value: name, label: displayName }))}
          value={spec || null}
          onChange={(value) => value && setParameters({ spec: value })}
          allowDeselect={false}
          searchable
        />
        <Select
          aria-label={t('logs.task')}
          placeholder={t('logs.allTasks')}
          data={(tasks.data?.taskList ?? []).map(({ id, description }) => ({ value: id, label: `${id} ${description}` }))}
          value={task || null}
          onChange={(value) => setParameters({ spec, ...(value ? { task: value } : {}) })}
          clearable
          searchable
        />
        <TextInput
          aria-label={t('logs.search')}
          placeholder={t('logs.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          style={{ flex: '1 1 180px' }}
        />
      </Group>
      {task && <TaskFigures projectId={projectId} spec={spec} task={task} />}
      {spec ? (
        <QueryView query={log}>{({ entries }) => <Entries entries={entries} searching={wanted !== '' || task !== ''} />}</QueryView>
      ) : (
        <Empty icon={IconNotes} title={t('specs.none')} />
      )}
    </>
  );
}

function TaskFigures({ projectId, spec, task }: { projectId: string; spec: string; task: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(taskLogStatsQuery(projectId, spec, task));
  if (!data) return null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} mb="md">
      <Figure label={t('logs.implementations')} value={data.totalImplementations} />
      <Figure label={t('logs.files')} value={data.totalFilesCreated + data.totalFilesModified} />
      <Figure label={t('logs.linesAdded')} value={data.totalLinesAdded} />
      <Figure label={t('logs.linesRemoved')} value={data.totalLinesRemoved} />
    </SimpleGrid>
  );
}

function Entries({ entries, searching }: { entries: LogEntry[]; searching: boolean }) {
  const { t } = useTranslation();
  if (entries.length === 0) {
    return <Empty icon={IconNotes} title={searching ? t('logs.noMatch') : t('logs.none')}>{!searching && t('logs.noneHint')}</Empty>;
  }
  return (
    <Stack>
      {entries.length > kShown && <Text size="sm" c="dimmed">{t('logs.truncated', { shown: kShown, count: entries.length })}</Text>}
      {entries.slice(0, kShown).map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </Stack>
  );
}

function Entry({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation();
  const { linesAdded, linesRemoved, filesChanged } = entry.statistics;
  const kinds = Object.entries(entry.artifacts).filter(([, list]) => list.length > 0);
  return (
    <Card withBorder>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <Badge variant="light">{entry.taskId}</Badge>
          <Text fw={600}>{entry.summary}</Text>
        </Group>
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          <TimeAgo time={entry.timestamp} />
        </Text>
      </Group>
      <Group gap="xs" mt="xs">
        <Badge color="teal" variant="light" tt="none">{`+${linesAdded}`}</Badge>
        <Badge color="red" variant="light" tt="none">{`−${linesRemoved}`}</Badge>
        <Text size="sm" c="dimmed">
          {t('logs.filesChanged', { count: filesChanged })}
        </Text>
      </Group>
      <Group gap={4} mt="xs">
        {[...entry.filesCreated, ...entry.filesModified].map((file) => (
          <Code key={file}>{file}</Code>
        ))}
      </Group>
      {kinds.length > 0 && (
        <Accordion variant="contained" mt="sm">
          {kinds.map(([kind, list]) => (
            <Accordion.Item key={kind} value={kind}>
              <Accordion.Control>
                {t(`logs.artifacts.${kind}`, { defaultValue: kind })} ({list.length})
              </Accordion.Control>
              <Accordion.Panel>
                <Stack gap="sm">
                  {list.map((artifact, i) => (
                    <Artifact key={i} artifact={artifact} />
                  ))}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Card>
  );
}

function Artifact({ artifact }: { artifact: Record<string, unknown> }) {
  return (
    <Card withBorder p="xs">
      {Object.entries(artifact).map(([key, value]) => (
        <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
          <Text size="sm" c="dimmed" w={130} style={{ flexShrink: 0 }}>
            {key}
          </Text>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </Text>
        </Group>
      ))}
    </Card>
  );
}
