import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { approvalsQuery } from '../api/queries';
import type { LiveEvent } from '../live/affected';
import { useLiveEvent } from '../live/LiveProvider';
import { useApprovals, useProjects } from '../projects/useProjects';
import { useSettings } from '../settings/settings';
import { chime } from './chime';

const kTitle = 'SpecRelay';

// Says that something awaits the user: new approvals and finished jobs.
export function Watcher() {
  const { t } = useTranslation();
  const settings = useSettings();
  const client = useQueryClient();
  const pending = useApprovals('pending');
  const projects = useProjects();
  // Ids of the pending requests of each project, once they were read.
  const known = useRef(new Map<string, Set<string>>());

  useEffect(() => {
    document.title = settings.titleBadge && pending.length > 0 ? `(${pending.length}) ${kTitle}` : kTitle;
  }, [pending.length, settings.titleBadge]);

  function announce(title: string, message: string) {
    if (settings.pageNotifications) notifications.show({ title, message });
    if (settings.browserNotifications && document.hidden && Notification.permission === 'granted') {
      new Notification(title, { body: message, tag: title + message });
    }
    if (settings.sound) chime();
  }

  useEffect(() => {
    for (const project of projects) {
      const approvals = client.getQueryData(approvalsQuery(project.projectId).queryKey);
      if (!approvals) continue;
      const waiting = approvals.filter(({ status }) => status === 'pending');
      const before = known.current.get(project.projectId);
      known.current.set(project.projectId, new Set(waiting.map(({ id }) => id)));
      // What was there at first is not new.
      if (!before) continue;
      for (const { id, title } of waiting) {
        if (!before.has(id)) announce(t('notify.approval', { project: project.projectName }), title);
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
