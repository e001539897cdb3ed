import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { approvalsQuery, questionsQuery } from '../api/queries';
import type { LiveEvent } from '../live/affected';
import { useLiveEvent } from '../live/LiveProvider';
import { useApprovals, useProjects } from '../projects/useProjects';
import { useOpenQuestions } from '../questions/useQuestions';
import { useSettings } from '../settings/settings';
import { chime } from './chime';

const kTitle = 'SpecRelay';

// Says that something awaits the user: new approvals and questions, and finished jobs.
export function Watcher() {
  const { t } = useTranslation();
  const settings = useSettings();
  const client = useQueryClient();
  const pending = useApprovals('pending').length + useOpenQuestions().length;
  const projects = useProjects();
  // Ids of what is pending, for each list of each project, once that was read.
  const known = useRef(new Map<string, Set<string>>());

  useEffect(() => {
    document.title = settings.titleBadge && pending > 0 ? `(${pending}) ${kTitle}` : kTitle;
  }, [pending, settings.titleBadge]);

  function announce(title: string, message: string) {
    if (settings.pageNotifications) notifications.show({ title, message });
    if (settings.browserNotifications && document.hidden && Notification.permission === 'granted') {
      new Notification(title, { body: message, tag: title + message });
    }
    if (settings.sound) chime();
  }

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
      for (const { title } of approvals ? newIn(`approvals/${projectId}`, approvals) : []) {
        announce(t('notify.approval', { project }), title);
      }
      for (const { title } of questions ? newIn(`questions/${projectId}`, questions) : []) {
        announce(t('notify.question', { project }), title);
      }
    }
  });

  useLiveEvent((event: LiveEvent) => {
    if (event.type !== 'job-update' || event.data['state'] !== 'ended') return;
    const name = event.data['jobName'];
    announce(t('notify.job'), typeof name === 'string' ? name : '');
  });
  return null;
}
