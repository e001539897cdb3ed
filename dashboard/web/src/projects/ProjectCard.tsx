import { Badge, Card, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Approval, Project, Spec } from '../api/types';
import { projectPage } from '../pages/paths';
import { AgentBadge, isOnline } from './AgentBadge';
import { useOfflineSince } from './useOfflineSince';

// A project in a few figures.
export function ProjectCard({ project, specs, pending }: { project: Project; specs: Spec[]; pending: Approval[] }) {
  const { t, i18n } = useTranslation();
  const since = useOfflineSince(project.projectId, isOnline(project));
  const total = specs.reduce((sum, spec) => sum + (spec.taskProgress?.total ?? 0), 0);
  const completed = specs.reduce((sum, spec) => sum + (spec.taskProgress?.completed ?? 0), 0);
  return (
    <Card withBorder component={Link} to={projectPage(project.projectId, 'specs')} className="card-link">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600} size="lg" truncate>
            {project.projectName}
          </Text>
          <AgentBadge project={project} />
        </Group>
        <Text c="dimmed" size="xs" ff="monospace" truncate>
          {project.projectPath}
        </Text>
        {since !== undefined && (
          <Text c="dimmed" size="xs">
            {t('offline.since', {
              time: new Date(since).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }),
            })}
          </Text>
        )}
        <Progress value={total ? (100 * completed) / total : 0} aria-label={t('specs.progress')} size="sm" />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t('home.counts', { specs: specs.length, completed, total })}
          </Text>
          {pending.length > 0 && (
            <Badge color="orange" variant="light" tt="none">
              {t('home.pending', { count: pending.length })}
            </Badge>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
