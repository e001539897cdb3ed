import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Alert, Card, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  approvalMetricsQuery,
  burndownQuery,
  codeMetricsQuery,
  cycleTimeQuery,
  historyQuery,
  taskVelocityQuery,
} from '../api/queries';
import { Figure } from '../components/Figure';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { duration } from '../components/duration';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

const kWindows = ['7', '30', '90', '365'];
const kHeight = 240;
const kMsPerHour = 3_600_000;

export default function Statistics() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const [days, setDays] = useState('30');
  const props = { projectId, days: Number(days) };
  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={t('statistics.title')}
        lead={project?.projectName}
        actions={
          <SegmentedControl
            value={days}
            onChange={setDays}
            data={kWindows.map((value) => ({ value, label: t('statistics.days', { count: Number(value) }) }))}
          />
        }
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Velocity {...props} />
        <BurndownChart {...props} />
        <Approvals {...props} />
        <Cycle {...props} />
        <Activity {...props} />
        <Code {...props} />
      </SimpleGrid>
    </>
  );
}

interface ChartProps {
  projectId: string;
  days: number;
}

function ChartCard({ title, notes, children }: { title: string; notes?: string[] | undefined; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
      {notes?.map((note) => (
        <Alert key={note} mt="sm" p="xs" color="gray" icon={<IconInfoCircle size={16} />}>
          <Text size="xs">{note}</Text>
        </Alert>
      ))}
    </Card>
  );
}

function Velocity({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const query = useQuery(taskVelocityQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.velocity', { count: data.totals.completedTasks })} notes={data.dataCoverage}>
          <BarChart h={kHeight} data={data.points} dataKey="date" series={[{ name: 'completedTasks', label: t('statistics.completedTasks'), color: 'teal.6' }]} />
        </ChartCard>
      )}
    </QueryView>
  );
}

function BurndownChart({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const query = useQuery(burndownQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.burndown')} notes={data.dataCoverage}>
          <AreaChart
            h={kHeight}
            data={data.points}
            dataKey="date"
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

function Approvals({ projectId, days }: ChartProps) {
  const { t, i18n } = useTranslation();
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
              h={kHeight - 60}
              data={data.dailyLatency.map(({ date, avgResolutionMs }) => ({
                date,
                hours: avgResolutionMs === null ? null : avgResolutionMs / kMsPerHour,
              }))}
              dataKey="date"
              connectNulls
              valueFormatter={(value) => `${value.toFixed(2)} h`}
              series={[{ name: 'hours', label: t('statistics.averageResolution'), color: 'orange.6' }]}
            />
          )}
        </ChartCard>
      )}
    </QueryView>
  );
}

function Cycle({ projectId, days }: ChartProps) {
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

function Activity({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const query = useQuery(historyQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.activity')} notes={data.dataCoverage}>
          <BarChart
            h={kHeight}
            data={data.points}
            dataKey="date"
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

function Code({ projectId, days }: ChartProps) {
  const { t } = useTranslation();
  const query = useQuery(codeMetricsQuery(projectId, days));
  return (
    <QueryView query={query}>
      {(data) => (
        <ChartCard title={t('statistics.code')} notes={data.dataCoverage}>
          <BarChart
            h={kHeight}
            data={data.points}
            dataKey="date"
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
