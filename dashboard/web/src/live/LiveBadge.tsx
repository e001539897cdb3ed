import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useLiveState } from './LiveProvider';

const kColors = { live: 'teal', connecting: 'gray', reconnecting: 'orange' };

export function LiveBadge() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <Tooltip label={t(`live.${state}.why`)}>
      <Badge variant="dot" color={kColors[state]} role="status" tt="none">
        {t(`live.${state}.label`)}
      </Badge>
    </Tooltip>
  );
}
