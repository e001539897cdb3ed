import { Badge, Button, Card, Group, Stack, Switch, Text } from '@mantine/core';
import { IconClockPlay, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { jobsQuery, jobUrl } from '../api/queries';
import type { Job } from '../api/types';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { useDelivery } from '../delivery/DeliveryProvider';
import { JobForm } from '../jobs/JobForm';
import { describeSchedule } from '../jobs/schedule';
import { OfflineNotice, useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

export default function Jobs() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const editable = useEditable();
  const client = useQueryClient();
  const [creating, setCreating] = useState(false);
  const query = useQuery(jobsQuery(projectId));
  const refresh = () => void client.invalidateQueries({ queryKey: jobsQuery(projectId).queryKey });
  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={t('jobs.title')}
        lead={t('jobs.lead')}
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)} disabled={!editable}>
            {t('jobs.create')}
          </Button>
        }
      />
      {creating && (
        <JobForm
          projectId={projectId}
          projectPath={project?.projectPath ?? ''}
          opened
          onClose={() => setCreating(false)}
          onSaved={refresh}
        />
      )}
      <QueryView query={query}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Empty icon={IconClockPlay} title={t('jobs.none')}>
              {t('jobs.noneHint')}
            </Empty>
          ) : (
            <Stack>
              {jobs.map((job) => (
                <JobCard key={job.id} job={job} onChanged={refresh} />
              ))}
            </Stack>
          )
        }
      </QueryView>
    </>
  );
}

function JobCard({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const { t } = useTranslation();
  const { projectId } = useProject();
  const { send } = useDelivery();
  const editable = useEditable();
  const to = `/p/${encodeURIComponent(projectId)}/jobs/${encodeURIComponent(job.id)}`;

  async function enable(enabled: boolean) {
    await send({ projectId, label: job.name, method: 'PUT', path: jobUrl(projectId, job.id), body: { enabled } });
    onChanged();
  }

  return (
    <Card withBorder>
      <Group justify="space-between" gap="sm">
        <Stack gap={2} style={{ flex: '1 1 240px', minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} component={Link} to={to} className="card-title">
              {job.name}
            </Text>
            <Badge variant="light" tt="none">
              {t(`jobs.types.${job.type}`)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {describeSchedule(job.schedule) ?? job.schedule}
            {job.nextRun && (
              <>
                {' · '}
                {t('jobs.next')} <time dateTime={job.nextRun}>{new Date(job.nextRun).toLocaleString()}</time>
              </>
            )}
            {job.lastRun && (
              <>
                {' · '}
                {t('jobs.last')} <TimeAgo time={job.lastRun} />
              </>
            )}
          </Text>
        </Stack>
        <Group gap="sm">
          <Switch
            aria-label={t('jobs.enabledOf', { name: job.name })}
            checked={job.enabled}
            onChange={(event) => void enable(event.currentTarget.checked)}
            disabled={!editable}
          />
          <Button component={Link} to={`${to}?run=1`} size="xs" variant="light" leftSection={<IconPlayerPlay size={14} />}>
            {t('jobs.run')}
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
