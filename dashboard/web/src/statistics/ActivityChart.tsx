import { BarChart } from '@mantine/charts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { historyQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { type ChartProps, kChartHeight } from './chart';
import { useAxes } from './useAxes';
import { ChartCard } from './ChartCard';

export function ActivityChart({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const axes = useAxes();
  const query = useQuery(historyQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.activity')} notes={data.dataCoverage}>
          <BarChart
            h={kChartHeight}
            data={data.points}
            dataKey="date"
            {...axes}
            type="stacked"
            withLegend
            series={[
              { name: 'specsCreated', label: t('statistics.specsCreated'), color: 'indigo.6' },
              { name: 'specsModified', label: t('statistics.specsModified'), color: 'indigo.3' },
              { name: 'approvalsCreated', label: t('statistics.approvalsCreated'), color: 'orange.5' },
              { name: 'approvalsResolved', label: t('statistics.approvalsResolved'), color: 'teal.5' },
            ]}
          />
        </ChartCard>
      )}
    </QueryView>
  );
}
