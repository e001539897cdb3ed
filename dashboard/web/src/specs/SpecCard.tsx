import { ActionIcon, Badge, Card, Group, Menu, Progress, Stack, Text } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { projectPath } from '../api/http';
import type { Spec } from '../api/types';
import { TimeAgo } from '../components/TimeAgo';
import { useDelivery } from '../delivery/DeliveryProvider';
import { useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

export function SpecCard({ spec, archived }: { spec: Spec; archived: boolean }) {
  const { t } = useTranslation();
  const { projectId } = useProject();
  const { send } = useDelivery();
  const editable = useEditable();
  const { total = 0, completed = 0 } = spec.taskProgress ?? {};
  const to = `/p/${encodeURIComponent(projectId)}/specs/${encodeURIComponent(spec.name)}${archived ? '?archived=1' : ''}`;
  const move = archived ? 'unarchive' : 'archive';

  return (
    <Card withBorder className="card">
      <Stack gap="sm" h="100%" justify="space-between">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={0} style={{ minWidth: 0 }}>
            <Text fw={600} component={Link} to={to} className="card-title" truncate>
              {spec.displayName}
            </Text>
            <Text c="dimmed" size="xs">
              <TimeAgo time={spec.lastModified} />
            </Text>
          </Stack>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('specs.actions', { name: spec.displayName })}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
                disabled={!editable}
                onClick={() =>
                  void send({
                    projectId,
                    label: t(`specs.${move}Label`, { name: spec.displayName }),
                    method: 'POST',
                    path: projectPath(projectId, 'specs', spec.name, move),
                    body: {},
                  })
                }
              >
                {t(`specs.${move}`)}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
        <Group gap={6}>
          {(['requirements', 'design', 'tasks'] as const).map((phase) => (
            <Badge
              key={phase}
              size="sm"
              variant={spec.phases[phase].exists ? 'light' : 'outline'}
              color={spec.phases[phase].exists ? 'indigo' : 'gray'}
              tt="none"
            >
              {t(`documents.${phase}`)}
            </Badge>
          ))}
        </Group>
        {total > 0 && (
          <Stack gap={4}>
            <Progress
              value={(100 * completed) / total}
              color={completed === total ? 'teal' : 'indigo'}
              aria-label={t('specs.progress')}
            />
            <Text size="xs" c="dimmed">
              {t('specs.tasks', { completed, total })}
            </Text>
          </Stack>
        )}
      </Stack>
    </Card>
  );
}
