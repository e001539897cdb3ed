import { Group, Text } from '@mantine/core';
import { IconCompass, IconFileText, IconInbox, IconNotes } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { approvalsQuery, specsQuery } from '../api/queries';
import { TimeAgo } from '../components/TimeAgo';
import { ChangedBy } from './ChangedBy';
import type { RecentRow } from './recentRows';

const kIcons = { document: IconFileText, steering: IconCompass, approval: IconInbox, log: IconNotes };

export function ChangeRow({ row: { project, change, place, unseen } }: { row: RecentRow }) {
  const name = usePlaceName(project.projectId, place);
  const Icon = kIcons[place.kind];
  return (
    <Group
      component={Link}
      {...{ to: place.page }}
      className="row-link"
      justify="space-between"
      px="md"
      py="xs"
      wrap={unseen ? 'nowrap' : 'wrap'}
      gap={4}
    >
      <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
        <Icon size={16} aria-hidden style={{ flexShrink: 0 }} />
        <Text truncate>
          {name}{' '}
          <Text span c="dimmed" size="sm">
            {project.projectName}
          </Text>
        </Text>
      </Group>
      {unseen ? (
        <Text span size="sm" c="dimmed">
          <TimeAgo time={new Date(change.at).toISOString()} />
        </Text>
      ) : (
        <ChangedBy change={change} />
      )}
    </Group>
  );
}

function usePlaceName(projectId: string, place: RecentRow['place']): string {
  const { t } = useTranslation();
  const specs = useQuery(specsQuery(projectId)).data;
  const approvals = useQuery(approvalsQuery(projectId)).data;
  const specName = (spec: string) => specs?.find(({ name }) => name === spec)?.displayName ?? spec;
  switch (place.kind) {
    case 'document':
      return `${specName(place.spec)} · ${t(`documents.${place.document}`)}`;
    case 'steering':
      return `${t('steering.title')} · ${t(`steering.${place.document}`)}`;
    case 'approval':
      return approvals?.find(({ id }) => id === place.id)?.title ?? t('approvals.title');
    case 'log':
      return `${specName(place.spec)} · ${t('logs.title')}`;
  }
}
