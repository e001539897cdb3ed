import { Loader, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconClockPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { WriteState } from '../delivery/write';

// How far a change has come, beside what it changes. Nothing once it is applied.
export function StateMark({ state }: { state: WriteState | undefined }) {
  const { t } = useTranslation();
  if (!state || state === 'applied') return null;
  return (
    <Tooltip label={t(`delivery.${state}`)}>
      <span role="status" aria-label={t(`delivery.${state}`)} style={{ display: 'inline-flex' }}>
        {state === 'sending' && <Loader size={14} />}
        {state === 'waiting' && <IconClockPause size={16} color="var(--mantine-color-yellow-7)" />}
        {state === 'failed' && <IconAlertTriangle size={16} color="var(--mantine-color-red-6)" />}
      </span>
    </Tooltip>
  );
}
