import { Badge, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { kStatusColors } from './decide';
import { TimeAgo } from '../components/TimeAgo';
import type { PendingApproval } from '../projects/useProjects';
import { linkOf } from '../pages/Inbox';

interface Props {
  entry: PendingApproval;
  current: boolean;
  chosen: boolean;
  onToggle: () => void;
}

export function InboxRow({ entry, current, chosen, onToggle }: Props) {
  const { t } = useTranslation();
  const { project, approval } = entry;
  return (
    <Card withBorder component="li" p="sm" className="inbox-row" data-current={current}>
      <Group wrap="nowrap" gap="sm">
        <Checkbox
          checked={chosen}
          onChange={onToggle}
          disabled={approval.status !== 'pending'}
          aria-label={t('approvals.select', { title: approval.title })}
        />
        <Stack gap={0} style={{ flex: 1, minWidth: 0 }}>
          <Text fw={600} component={Link} to={linkOf(entry)} className="card-title" truncate>
            {approval.title}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {project.projectName} · {approval.categoryName} · {approval.filePath}
          </Text>
        </Stack>
        <Stack gap={2} align="flex-end">
          <Badge color={kStatusColors[approval.status]} variant="light" tt="none">
            {t(`approvals.status.${approval.status}`)}
          </Badge>
          <Text size="xs" c="dimmed">
            <TimeAgo time={approval.createdAt} />
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
