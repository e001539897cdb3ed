import { Accordion, Badge, Card, Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { LogEntry } from '../api/types';
import { TimeAgo } from '../components/TimeAgo';
import { Artifact } from './Artifact';

export function LogEntryCard({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation();
  const { linesAdded, linesRemoved, filesChanged } = entry.statistics;
  const kinds = Object.entries(entry.artifacts).filter(([, list]) => list.length > 0);
  return (
    <Card withBorder>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <Badge variant="light" style={{ flexShrink: 0 }}>
            {entry.taskId}
          </Badge>
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
