import { LineChart } from '@mantine/charts';
import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { approvalMetricsQuery } from '../api/queries';
import { Figure } from '../components/Figure';
import { QueryView } from '../components/QueryView';
import { duration } from '../components/duration';
import { type ChartProps, kChartHeight } from './chart';
import { useAxes } from './useAxes';
import { ChartCard } from './ChartCard';

const kMsPerHour = 3_600_000;

export function ApprovalChart({ projectId, days }: ChartProps) {
  const { t, i18n } = useTranslation();
  const axes = useAxes();
  const query = useQuery(approvalMetricsQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.approvals')} notes={data.dataCoverage}>
          <SimpleGrid cols={3} mb="sm">
            <Figure label={t('statistics.resolved')} value={data.resolvedCount} />
            <Figure label={t('statistics.medianResolution')} value={duration(data.medianResolutionMs, i18n.language)} />
            <Figure label={t('statistics.rejectionRate')} value={`${Math.round(100 * data.rejectionRate)} %`} />
          </SimpleGrid>
          {data.resolvedCount > 0 && (
            <LineChart
              h={kChartHeight - 60}
              data={data.dailyLatency.map(({ date, avgResolutionMs }) => ({
                date,
                hours: avgResolutionMs === null ? null : avgResolutionMs / kMsPerHour,
              }))}
              dataKey="date"
              {...axes}
              connectNulls
              valueFormatter={(value) => duration(value * kMsPerHour, i18n.language)}
              series={[{ name: 'hours', label: t('statistics.averageResolution'), color: 'orange.6' }]}
            />
          )}
        </ChartCard>
      )}
    </QueryView>
  );
}
