import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { LiveEvent } from '../live/affected';
import { useLiveEvent } from '../live/LiveProvider';
import { useApprovals } from '../projects/useProjects';
import { useSettings } from '../settings/settings';
import { chime } from './chime';

const kTitle = 'SpecRelay';

// Says that something awaits the user: new approvals and finished jobs.
export function Watcher() {
  const { t } = useTranslation();
  const settings = useSettings();
  const client = useQueryClient();
  const pending = useApprovals('pending');
  const known = useRef<Set<string> | undefined>(undefined);

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
    const ids = new Set(pending.map(({ approval }) => approval.id));
    const before = known.current;
    // Until everything was read once, nothing is new.
    if (client.isFetching({ queryKey: ['projects'] }) === 0) known.current = ids;
    if (!before) return;
    for (const { project, approval } of pending) {
      if (!before.has(approval.id)) announce(t('notify.approval', { project: project.projectName }), approval.title);
    }
  });

  useLiveEvent((event: LiveEvent) => {
    if (event.type !== 'job-update' || event.data['state'] !== 'ended') return;
    const name = event.data['jobName'];
    announce(t('notify.job'), typeof name === 'string' ? name : '');
  });
  return null;
}
