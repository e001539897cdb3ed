import { Badge, Button, Card, Group, Stack, Switch, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { jobUrl } from '../api/queries';
import type { Job } from '../api/types';
import { TimeAgo } from '../components/TimeAgo';
import { useDelivery } from '../delivery/DeliveryProvider';
import { useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { NextRun } from './NextRun';
import { useSchedule } from './useSchedule';

interface Props {
  job: Job;
  timeZone: string | undefined;
  onChanged: () => void;
}

export function JobCard({ job, timeZone, onChanged }: Props) {
  const { t } = useTranslation();
  const { describe } = useSchedule();
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
            {describe(job.schedule) ?? job.schedule}
            {job.lastRun && (
              <>
                {' · '}
                {t('jobs.last')} <TimeAgo time={job.lastRun} />
              </>
            )}
          </Text>
          <NextRun job={job} timeZone={timeZone} />
        </Stack>
        <Group gap="sm">
          <Switch
            aria-label={t('jobs.enabledOf', { name: job.name })}
            checked={job.enabled}
            onChange={(event) => void enable(event.currentTarget.checked)}
            disabled={!editable}
          />
          <Button
            component={Link}
            to={`${to}?run=1`}
            size="xs"
            variant="light"
            leftSection={<IconPlayerPlay size={14} />}
          >
            {t('jobs.run')}
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
