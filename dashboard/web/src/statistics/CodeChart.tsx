import { BarChart } from '@mantine/charts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { codeMetricsQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { type ChartProps, kChartHeight } from './chart';
import { useAxes } from './useAxes';
import { ChartCard } from './ChartCard';

export function CodeChart({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const axes = useAxes();
  const query = useQuery(codeMetricsQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.code')} notes={data.dataCoverage}>
          <BarChart
            h={kChartHeight}
            data={data.points}
            dataKey="date"
            {...axes}
            withLegend
            series={[
              { name: 'linesAdded', label: t('logs.linesAdded'), color: 'teal.6' },
              { name: 'linesDeleted', label: t('logs.linesRemoved'), color: 'red.6' },
            ]}
          />
        </ChartCard>
      )}
    </QueryView>
  );
}
