import { Stack, Text } from '@mantine/core';
import { IconNotes } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { LogEntry } from '../api/types';
import { Empty } from '../components/Empty';
import { LogEntryCard } from './LogEntryCard';

// More than anybody reads; a search finds the others.
const kShown = 200;

export function LogEntries({ entries, searching }: { entries: LogEntry[]; searching: boolean }) {
  const { t } = useTranslation();
  if (entries.length === 0) {
    return (
      <Empty icon={IconNotes} title={searching ? t('logs.noMatch') : t('logs.none')}>
        {!searching && t('logs.noneHint')}
      </Empty>
    );
  }
  return (
    <Stack>
      {entries.length > kShown && (
        <Text size="sm" c="dimmed">
          {t('logs.truncated', { shown: kShown, count: entries.length })}
        </Text>
      )}
      {entries.slice(0, kShown).map((entry) => (
        <LogEntryCard key={entry.id} entry={entry} />
      ))}
    </Stack>
  );
}
