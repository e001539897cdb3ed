import { Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { diffQuery, snapshotsQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { DiffTable } from './DiffTable';

// Differences between any two snapshots, or one and the file as it is.
export function DiffPane({ projectId, approvalId }: { projectId: string; approvalId: string }) {
  const { t, i18n } = useTranslation();
  const snapshots = useQuery(snapshotsQuery(projectId, approvalId));
  const [from, setFrom] = useState('1');
  const [to, setTo] = useState('current');
  const [layout, setLayout] = useState<'inline' | 'split'>('inline');
  const diff = useQuery({ ...diffQuery(projectId, approvalId, from, to), enabled: snapshots.data?.length !== 0 });
  const versions = (snapshots.data ?? []).map(({ version, timestamp, trigger }) => ({
    value: String(version),
    label: t('approvals.version', {
      version,
      trigger: t(`approvals.triggers.${trigger}`, { defaultValue: trigger }),
      time: new Date(timestamp).toLocaleString(i18n.language, { dateStyle: 'short', timeStyle: 'short' }),
    }),
  }));
  if (snapshots.data?.length === 0) return <Text c="dimmed">{t('approvals.noSnapshots')}</Text>;
  return (
    <Stack>
      <Group gap="sm">
        <Select
          aria-label={t('approvals.from')}
          data={versions}
          value={from}
          onChange={(value) => value && setFrom(value)}
          allowDeselect={false}
        />
        <Text aria-hidden>→</Text>
        <Select
          aria-label={t('approvals.to')}
          data={[...versions, { value: 'current', label: t('approvals.now') }]}
          value={to}
          onChange={(value) => value && setTo(value)}
          allowDeselect={false}
        />
        <SegmentedControl
          value={layout}
          onChange={(value) => setLayout(value)}
          data={(['inline', 'split'] as const).map((value) => ({ value, label: t(`approvals.${value}`) }))}
        />
      </Group>
      <QueryView query={diff}>{(data) => <DiffTable diff={data} layout={layout} />}</QueryView>
    </Stack>
  );
}
