import { Button, Stack } from '@mantine/core';
import { IconClockPlay, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { jobsQuery } from '../api/queries';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { JobCard } from '../jobs/JobCard';
import { JobForm } from '../jobs/JobForm';
import { OfflineNotice, useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

export default function Jobs() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const editable = useEditable();
  const client = useQueryClient();
  const [creating, setCreating] = useState(false);
  const query = useQuery(jobsQuery(projectId));
  const refresh = () => void client.invalidateQueries({ queryKey: jobsQuery(projectId).queryKey });
  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={t('jobs.title')}
        lead={
          query.data?.timeZone ? `${t('jobs.lead')}. ${t('jobs.zone', { zone: query.data.timeZone })}` : t('jobs.lead')
        }
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)} disabled={!editable}>
            {t('jobs.create')}
          </Button>
        }
      />
      {creating && (
        <JobForm
          projectId={projectId}
          projectPath={project?.projectPath ?? ''}
          timeZone={query.data?.timeZone}
          opened
          onClose={() => setCreating(false)}
          onSaved={refresh}
        />
      )}
      <QueryView query={query}>
        {({ jobs, timeZone }) =>
          jobs.length === 0 ? (
            <Empty icon={IconClockPlay} title={t('jobs.none')}>
              {t('jobs.noneHint')}
            </Empty>
          ) : (
            <Stack>
              {jobs.map((job) => (
                <JobCard key={job.id} job={job} timeZone={timeZone} onChanged={refresh} />
              ))}
            </Stack>
          )
        }
      </QueryView>
    </>
  );
}
