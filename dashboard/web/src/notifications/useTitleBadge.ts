import { useEffect } from 'react';

import { useSettings } from '../settings/settings';

const kTitle = 'SpecRelay';

// The number of what waits for the user, in the title of the tab.
export function useTitleBadge(waiting: number): void {
  const { titleBadge } = useSettings();
  useEffect(() => {
    document.title = titleBadge && waiting > 0 ? `(${waiting}) ${kTitle}` : kTitle;
  }, [waiting, titleBadge]);
}
