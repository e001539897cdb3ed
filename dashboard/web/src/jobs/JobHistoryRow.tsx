import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { JobExecution } from '../api/types';
import { duration } from '../components/duration';
import { TimeAgo } from '../components/TimeAgo';

export function JobHistoryRow({ execution }: { execution: JobExecution }) {
  const { t, i18n } = useTranslation();
  const details =
    execution.error ??
    execution.outputTail ??
    t('jobs.items', { processed: execution.itemsProcessed ?? 0, deleted: execution.itemsDeleted ?? 0 });
  return (
    <Table.Tr>
      <Table.Td>
        <TimeAgo time={execution.startTime} />
      </Table.Td>
      <Table.Td>
        <Badge color={execution.success ? 'teal' : 'red'} variant="light" tt="none">
          {execution.success ? t('jobs.states.succeeded') : t('jobs.states.failed')}
        </Badge>
      </Table.Td>
      <Table.Td>{duration(execution.duration, i18n.language)}</Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={2} style={{ whiteSpace: 'pre-wrap' }}>
          {details}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
