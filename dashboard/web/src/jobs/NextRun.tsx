import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Job } from '../api/types';
import { useSchedule } from './useSchedule';

// When the job runs by itself, by the machine's clock.
export function NextRun({ job, timeZone }: { job: Job; timeZone: string | undefined }) {
  const { t } = useTranslation();
  const { clock } = useSchedule();
  return (
    <Text size="sm" c="dimmed">
      {job.nextRun ? (
        <>
          {t('jobs.next')} <time dateTime={job.nextRun}>{clock(job.nextRun, timeZone)}</time>
        </>
      ) : (
        t('jobs.paused')
      )}
    </Text>
  );
}
