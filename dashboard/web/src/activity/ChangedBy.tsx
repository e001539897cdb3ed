import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { TimeAgo } from '../components/TimeAgo';
import type { Change } from './feed';

// Who changed something, and when.
export function ChangedBy({ change }: { change: Change }) {
  const { t } = useTranslation();
  const how = change.mine
    ? t('activity.byYou')
    : change.who
      ? t('activity.by', { who: change.who })
      : t('activity.onDisk');
  return (
    <Text span size="sm" c="dimmed">
      {how} · <TimeAgo time={new Date(change.at).toISOString()} />
    </Text>
  );
}
