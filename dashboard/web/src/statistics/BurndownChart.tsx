import { AreaChart } from '@mantine/charts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { burndownQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { type ChartProps, kChartHeight } from './chart';
import { useAxes } from './useAxes';
import { ChartCard } from './ChartCard';

export function BurndownChart({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const axes = useAxes();
  const query = useQuery(burndownQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.burndown')} notes={data.dataCoverage}>
          <AreaChart
            h={kChartHeight}
            data={data.points}
            dataKey="date"
            {...axes}
            withLegend
            withDots={false}
            series={[
              { name: 'totalTasks', label: t('statistics.totalTasks'), color: 'gray.5' },
              { name: 'remainingTasks', label: t('statistics.remainingTasks'), color: 'indigo.6' },
            ]}
          />
        </ChartCard>
      )}
    </QueryView>
  );
}
