import { Alert, Badge, Button, Card, Code, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconEdit, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { jobHistoryQuery, jobsQuery, jobStatsQuery, jobUrl } from '../api/queries';
import type { JobExecution } from '../api/types';
import { duration } from '../components/duration';
import { Figure } from '../components/Figure';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { useDelivery } from '../delivery/DeliveryProvider';
import { JobForm } from '../jobs/JobForm';
import { describeSchedule } from '../jobs/schedule';
import { type JobRun, useJobRun } from '../jobs/useJobRun';
import { OfflineNotice, useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

const kRunColors = { idle: 'gray', running: 'indigo', succeeded: 'teal', failed: 'red', cancelled: 'orange' };

export default function Job() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const { job: jobId = '' } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const editable = useEditable();
  const { send } = useDelivery();
  const [editing, setEditing] = useState(false);
  const jobs = useQuery(jobsQuery(projectId));
  const job = jobs.data?.find(({ id }) => id === jobId);
  const run = useJobRun(projectId, jobId);
  const refresh = () => void client.invalidateQueries({ queryKey: jobsQuery(projectId).queryKey });

  const asked = parameters.get('run') === '1';
  const started = useRef(false);
  useEffect(() => {
    if (!asked || started.current) return;
    started.current = true;
    setParameters({}, { replace: true });
    void run.start();
  }, [asked, run, setParameters]);

  async function remove() {
    const { write } = await send({ projectId, label: job?.name ?? jobId, method: 'DELETE', path: jobUrl(projectId, jobId) });
    if (write.state !== 'applied') return;
    refresh();
    await navigate(`/p/${encodeURIComponent(projectId)}/jobs`);
  }

  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={job?.name ?? jobId}
        lead={job && `${t(`jobs.types.${job.type}`)} · ${describeSchedule(job.schedule) ?? job.schedule}`}
        actions={
          <>
            {run.state === 'running' ? (
              <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={() => void run.cancel()}>
                {t('jobs.cancel')}
              </Button>
            ) : (
              <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => void run.start()} disabled={!editable}>
                {t('jobs.run')}
              </Button>
            )}
            <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setEditing(true)} disabled={!editable || !job}>
              {t('jobs.edit')}
            </Button>
            <Button variant="default" color="red" leftSection={<IconTrash size={16} />} onClick={() => void remove()} disabled={!editable}>
              {t('jobs.delete')}
            </Button>
          </>
        }
      />
      {editing && job && (
        <JobForm projectId={projectId} projectPath={project?.projectPath ?? ''} job={job} opened onClose={() => setEditing(false)} onSaved={refresh} />
      )}
      <Stack>
        <RunOutput run={run} />
        <Figures projectId={projectId} jobId={jobId} />
        <History projectId={projectId} jobId={jobId} />
      </Stack>
    </>
  );
}

function RunOutput({ run }: { run: JobRun }) {
  const { t } = useTranslation();
  if (run.state === 'idle') return null;
  return (
    <Card withBorder component="section" aria-label={t('jobs.output')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('jobs.output')}
        </Title>
        <Badge color={kRunColors[run.state]} role="status" tt="none">
          {t(`jobs.states.${run.state}`)}
        </Badge>
      </Group>
      <Code block mah={360} style={{ overflow: 'auto' }} tabIndex={0} aria-live="polite">
        {run.output || t('jobs.noOutput')}
      </Code>
      {run.error && (
        <Alert color="red" mt="sm" role="alert">
          {run.error}
        </Alert>
      )}
    </Card>
  );
}

function Figures({ projectId, jobId }: { projectId: string; jobId: string }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(jobStatsQuery(projectId, jobId));
  if (!data) return null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      <Figure label={t('jobs.runs')} value={data.totalExecutions} />
      <Figure label={t('jobs.successRate')} value={`${Math.round(data.successRate)} %`} />
      <Figure label={t('jobs.averageDuration')} value={duration(data.avgDuration, i18n.language)} />
      <Figure label={t('jobs.deleted')} value={data.totalItemsDeleted} />
    </SimpleGrid>
  );
}

function History({ projectId, jobId }: { projectId: string; jobId: string }) {
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
            <Table.ScrollContainer minWidth={480}>
              <Table>
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
                    <HistoryRow key={execution.id ?? i} execution={execution} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Card>
      )}
    </QueryView>
  );
}

function HistoryRow({ execution }: { execution: JobExecution }) {
  const { t, i18n } = useTranslation();
  const details = execution.error ?? execution.outputTail ?? t('jobs.items', { processed: execution.itemsProcessed ?? 0, deleted: execution.itemsDeleted ?? 0 });
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
