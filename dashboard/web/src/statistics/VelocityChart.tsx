import { BarChart } from '@mantine/charts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { taskVelocityQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { type ChartProps, kChartHeight } from './chart';
import { useAxes } from './useAxes';
import { ChartCard } from './ChartCard';

export function VelocityChart({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const axes = useAxes();
  const query = useQuery(taskVelocityQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.velocity', { count: data.totals.completedTasks })} notes={data.dataCoverage}>
          <BarChart
            h={kChartHeight}
            data={data.points}
            dataKey="date"
            {...axes}
            series={[{ name: 'completedTasks', label: t('statistics.completedTasks'), color: 'teal.6' }]}
          />
        </ChartCard>
      )}
    </QueryView>
  );
}
