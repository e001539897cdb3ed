import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { cycleTimeQuery } from '../api/queries';
import { Figure } from '../components/Figure';
import { QueryView } from '../components/QueryView';
import { duration } from '../components/duration';
import type { ChartProps } from './chart';
import { ChartCard } from './ChartCard';

export function CycleFigures({ projectId, days }: ChartProps) {
  const { t, i18n } = useTranslation();
  const query = useQuery(cycleTimeQuery(projectId, days));
  return (
    <QueryView query={query}>
      {({ taskCycle, specCycle, dataCoverage }) => (
        <ChartCard title={t('statistics.cycle')} notes={dataCoverage}>
          <Stack>
            <SimpleGrid cols={{ base: 2, sm: 3 }}>
              <Figure label={t('statistics.tasksMeasured')} value={taskCycle.count} />
              <Figure label={t('statistics.taskMedian')} value={duration(taskCycle.medianMs, i18n.language)} />
              <Figure label={t('statistics.taskP90')} value={duration(taskCycle.p90Ms, i18n.language)} />
              <Figure label={t('statistics.specsMeasured')} value={specCycle.count} />
              <Figure label={t('statistics.specMedian')} value={duration(specCycle.medianMs, i18n.language)} />
              <Figure label={t('statistics.specAverage')} value={duration(specCycle.avgMs, i18n.language)} />
            </SimpleGrid>
          </Stack>
        </ChartCard>
      )}
    </QueryView>
  );
}
