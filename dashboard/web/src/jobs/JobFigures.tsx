import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { jobStatsQuery } from '../api/queries';
import { duration } from '../components/duration';
import { Figure } from '../components/Figure';

export function JobFigures({ projectId, jobId }: { projectId: string; jobId: string }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(jobStatsQuery(projectId, jobId));
  if (!data) return null;
  const ran = data.totalExecutions > 0;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      <Figure label={t('jobs.runs')} value={data.totalExecutions} />
      <Figure label={t('jobs.successRate')} value={ran ? `${Math.round(data.successRate)} %` : '–'} />
      <Figure label={t('jobs.averageDuration')} value={duration(ran ? data.avgDuration : null, i18n.language)} />
      <Figure label={t('jobs.deleted')} value={data.totalItemsDeleted} />
    </SimpleGrid>
  );
}
