import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { approvalsQuery, jobsQuery, questionsQuery } from '../api/queries';
import { useLiveEvent } from '../live/LiveProvider';
import { useApprovals, useProjects } from '../projects/useProjects';
import { useQuestions } from '../questions/useQuestions';
import { type JobEnd, type JobOutcome, jobEndOf } from './jobEnd';
import { useAnnounce } from './useAnnounce';
import { useTitleBadge } from './useTitleBadge';

const kColors: Record<JobOutcome, string> = { succeeded: 'teal', failed: 'red', cancelled: 'orange' };

// Says that something awaits the user: new approvals and questions, and finished jobs.
export function Watcher() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const projects = useProjects();
  const announce = useAnnounce();
  useTitleBadge(useApprovals('pending').length + useQuestions('pending').length);
  // Ids of what is pending, for each list of each project, once that was read.
  const known = useRef(new Map<string, Set<string>>());

  // What is pending in a list and was not when it was last looked at.
  function newIn(key: string, list: { id: string; title: string; status: string }[]) {
    const waiting = list.filter(({ status }) => status === 'pending');
    const before = known.current.get(key);
    known.current.set(key, new Set(waiting.map(({ id }) => id)));
    // What was there at first is not new.
    return before ? waiting.filter(({ id }) => !before.has(id)) : [];
  }

  useEffect(() => {
    for (const { projectId, projectName: project } of projects) {
      const approvals = client.getQueryData(approvalsQuery(projectId).queryKey);
      const questions = client.getQueryData(questionsQuery(projectId).queryKey);
      for (const { id, title } of approvals ? newIn(`approvals/${projectId}`, approvals) : []) {
        void announce({ id, title: t('notify.approval', { project }), message: title });
      }
      for (const { id, title } of questions ? newIn(`questions/${projectId}`, questions) : []) {
        void announce({ id, title: t('notify.question', { project }), message: title });
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
