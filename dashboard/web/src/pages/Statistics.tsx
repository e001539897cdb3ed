import '@mantine/charts/styles.css';
import { SegmentedControl, SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../components/PageHeader';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { VelocityChart } from '../statistics/VelocityChart';
import { BurndownChart } from '../statistics/BurndownChart';
import { ApprovalChart } from '../statistics/ApprovalChart';
import { CycleFigures } from '../statistics/CycleFigures';
import { ActivityChart } from '../statistics/ActivityChart';
import { CodeChart } from '../statistics/CodeChart';

const kWindows = ['7', '30', '90', '365'];

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
        <VelocityChart {...props} />
        <BurndownChart {...props} />
        <ApprovalChart {...props} />
        <CycleFigures {...props} />
        <ActivityChart {...props} />
        <CodeChart {...props} />
      </SimpleGrid>
    </>
  );
}
