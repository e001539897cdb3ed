import { Card, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { jobHistoryQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { WideTable } from '../components/WideTable';
import { JobHistoryRow } from './JobHistoryRow';

// Past runs, newest first.
export function JobHistory({ projectId, jobId }: { projectId: string; jobId: string }) {
  const { t } = useTranslation();
  const query = useQuery(jobHistoryQuery(projectId, jobId));
  return (
    <QueryView query={query}>
      {(executions) => (
        <Card withBorder component="section">
          <Title order={2} size="h4" mb="sm">
            {t('jobs.history')}
          </Title>
          {executions.length === 0 ? (
            <Text c="dimmed">{t('jobs.noHistory')}</Text>
          ) : (
            <WideTable label={t('jobs.history')} minWidth={480}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('jobs.when')}</Table.Th>
                  <Table.Th>{t('jobs.outcome')}</Table.Th>
                  <Table.Th>{t('jobs.took')}</Table.Th>
                  <Table.Th>{t('jobs.details')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {executions.map((execution, i) => (
                  <JobHistoryRow key={execution.id ?? i} execution={execution} />
                ))}
              </Table.Tbody>
            </WideTable>
          )}
        </Card>
      )}
    </QueryView>
  );
}
