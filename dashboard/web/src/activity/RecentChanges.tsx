import { Card, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Project, Spec } from '../api/types';
import { ChangeRow } from './ChangeRow';
import { recentRows } from './recentRows';
import { useActivity } from './useActivity';

// What changed lately in the projects that are shown.
export function RecentChanges({ projects }: { projects: { project: Project; specs: Spec[] }[] }) {
  const { t } = useTranslation();
  const rows = recentRows(useActivity(), projects);
  if (rows.length === 0) return null;
  return (
    <Stack mt="xl" gap="xs" component="section" aria-label={t('home.recent')}>
      <Title order={2} size="h4">
        {t('home.recent')}
      </Title>
      <Card withBorder p={0}>
        {rows.map((row) => (
          <ChangeRow key={`${row.project.projectId}/${row.change.path}`} row={row} />
        ))}
      </Card>
    </Stack>
  );
}
