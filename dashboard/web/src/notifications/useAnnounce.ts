import { notifications } from '@mantine/notifications';

import { useSettings } from '../settings/settings';
import { chime } from './chime';
import { isFirstTab } from './firstTab';

export interface Announcement {
  // Of what it tells; the same in each tab.
  id: string;
  title: string;
  message: string;
  color?: string;
}

// Tells the user in the ways that the settings allow.
export function useAnnounce(): (announcement: Announcement) => Promise<void> {
  const settings = useSettings();
  return async ({ id, title, message, color }) => {
    if (settings.pageNotifications) notifications.show({ id, title, message, ...(color ? { color } : {}) });
    if (!(await isFirstTab(id))) return;
    if (
      settings.browserNotifications &&
      document.hidden &&
      'Notification' in window &&
      Notification.permission === 'granted'
    ) {
      new Notification(title, { body: message, tag: id });
    }
    if (settings.sound) chime();
  };
}
