import { Loader, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClockPause } from '@tabler/icons-react';

import type { WriteState } from './write';

export const kWriteColors: Record<WriteState, string> = {
  sending: 'indigo',
  waiting: 'yellow',
  applied: 'teal',
  failed: 'red',
};

export function WriteIcon({ state }: { state: WriteState }) {
  if (state === 'sending') return <Loader size={20} />;
  const Icon = { waiting: IconClockPause, applied: IconCheck, failed: IconAlertTriangle }[state];
  return (
    <ThemeIcon size={22} radius="xl" variant="light" color={kWriteColors[state]}>
      <Icon size={14} />
    </ThemeIcon>
  );
}
