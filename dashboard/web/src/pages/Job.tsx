import { Button, Stack } from '@mantine/core';
import { IconEdit, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { jobsQuery, jobUrl } from '../api/queries';
import { PageHeader } from '../components/PageHeader';
import { useDelivery } from '../delivery/DeliveryProvider';
import { JobFigures } from '../jobs/JobFigures';
import { JobForm } from '../jobs/JobForm';
import { JobHistory } from '../jobs/JobHistory';
import { NextRun } from '../jobs/NextRun';
import { RunOutput } from '../jobs/RunOutput';
import { useJobRun } from '../jobs/useJobRun';
import { useSchedule } from '../jobs/useSchedule';
import { OfflineNotice, useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';

export default function Job() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const { job: jobId = '' } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const editable = useEditable();
  const { send } = useDelivery();
  const [editing, setEditing] = useState(false);
  const jobs = useQuery(jobsQuery(projectId));
  const job = jobs.data?.jobs.find(({ id }) => id === jobId);
  const timeZone = jobs.data?.timeZone;
  const { describe } = useSchedule();
  const run = useJobRun(projectId, jobId);
  const refresh = () => void client.invalidateQueries({ queryKey: jobsQuery(projectId).queryKey });

  const asked = parameters.get('run') === '1';
  const started = useRef(false);
  useEffect(() => {
    if (!asked || started.current) return;
    started.current = true;
    setParameters({}, { replace: true });
    void run.start();
  }, [asked, run, setParameters]);

  async function remove() {
    const { write } = await send({
      projectId,
      label: job?.name ?? jobId,
      method: 'DELETE',
      path: jobUrl(projectId, jobId),
    });
    if (write.state !== 'applied') return;
    refresh();
    await navigate(`/p/${encodeURIComponent(projectId)}/jobs`);
  }

  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={job?.name ?? jobId}
        lead={job && `${t(`jobs.types.${job.type}`)} · ${describe(job.schedule) ?? job.schedule}`}
        actions={
          <>
            {run.state === 'running' ? (
              <Button
                color="red"
                variant="light"
                leftSection={<IconPlayerStop size={16} />}
                onClick={() => void run.cancel()}
              >
                {t('jobs.cancel')}
              </Button>
            ) : (
              <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => void run.start()} disabled={!editable}>
                {t('jobs.run')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconEdit size={16} />}
              onClick={() => setEditing(true)}
              disabled={!editable || !job}
            >
              {t('jobs.edit')}
            </Button>
            <Button
              variant="default"
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => void remove()}
              disabled={!editable}
            >
              {t('jobs.delete')}
            </Button>
          </>
        }
      />
      {editing && job && (
        <JobForm
          projectId={projectId}
          projectPath={project?.projectPath ?? ''}
          job={job}
          timeZone={timeZone}
          opened
          onClose={() => setEditing(false)}
          onSaved={refresh}
        />
      )}
      <Stack>
        <RunOutput run={run} />
        {job && <NextRun job={job} timeZone={timeZone} />}
        <JobFigures projectId={projectId} jobId={jobId} />
        <JobHistory projectId={projectId} jobId={jobId} />
      </Stack>
    </>
  );
}
