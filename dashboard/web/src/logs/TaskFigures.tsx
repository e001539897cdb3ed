import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { taskLogStatsQuery } from '../api/queries';
import { Figure } from '../components/Figure';

export function TaskFigures({ projectId, spec, task }: { projectId: string; spec: string; task: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(taskLogStatsQuery(projectId, spec, task));
  if (!data) return null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} mb="md">
      <Figure label={t('logs.implementations')} value={data.totalImplementations} />
      <Figure label={t('logs.files')} value={data.totalFilesCreated + data.totalFilesModified} />
      <Figure label={t('logs.linesAdded')} value={data.totalLinesAdded} />
      <Figure label={t('logs.linesRemoved')} value={data.totalLinesRemoved} />
    </SimpleGrid>
  );
}
