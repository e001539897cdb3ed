import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { approvalsQuery, jobsQuery } from '../api/queries';
import { useLiveEvent } from '../live/LiveProvider';
import { useApprovals, useProjects } from '../projects/useProjects';
import { type JobEnd, type JobOutcome, jobEndOf } from './jobEnd';
import { useAnnounce } from './useAnnounce';
import { useTitleBadge } from './useTitleBadge';

const kColors: Record<JobOutcome, string> = { succeeded: 'teal', failed: 'red', cancelled: 'orange' };

// Says that something awaits the user: new approvals and finished jobs.
export function Watcher() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const projects = useProjects();
  const announce = useAnnounce();
  useTitleBadge(useApprovals('pending').length);
  // Ids of the pending requests of each project, once they were read.
  const known = useRef(new Map<string, Set<string>>());

  useEffect(() => {
    for (const { projectId, projectName } of projects) {
      const approvals = client.getQueryData(approvalsQuery(projectId).queryKey);
      if (!approvals) continue;
      const waiting = approvals.filter(({ status }) => status === 'pending');
      const before = known.current.get(projectId);
      known.current.set(projectId, new Set(waiting.map(({ id }) => id)));
      // What was there at first is not new.
      if (!before) continue;
      for (const { id, title } of waiting) {
        if (!before.has(id))
          void announce({ id, title: t('notify.approval', { project: projectName }), message: title });
      }
    }
  });

  async function announceEnd({ projectId, jobId, executionId, outcome }: JobEnd) {
    const list = await client.query({ ...jobsQuery(projectId), staleTime: Infinity }).catch(() => undefined);
    const message = list?.jobs.find(({ id }) => id === jobId)?.name ?? jobId;
    await announce({ id: executionId, title: t(`notify.jobs.${outcome}`), message, color: kColors[outcome] });
  }
  useLiveEvent((event) => {
    const end = jobEndOf(event);
    if (end) void announceEnd(end);
  });
  return null;
}
