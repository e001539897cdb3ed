import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useDelivery } from './DeliveryProvider';
import { kWriteColors, WriteIcon } from './WriteIcon';
import type { Write } from './write';

export function ShelfItem({ write }: { write: Write }) {
  const { t } = useTranslation();
  const { retry, dismiss } = useDelivery();
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <WriteIcon state={write.state} />
      <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
        {write.page ? (
          <Text size="sm" truncate component={Link} to={write.page} className="card-title">
            {write.label}
          </Text>
        ) : (
          <Text size="sm" truncate>
            {write.label}
          </Text>
        )}
        <Badge size="xs" variant="light" color={kWriteColors[write.state]} tt="none">
          {t(`delivery.${write.state}`)}
        </Badge>
        {write.error && (
          <Text size="xs" c="dimmed">
            {write.error.message}
          </Text>
        )}
        {write.state === 'waiting' && write.accepted && (
          <Text size="xs" c="dimmed">
            {t('delivery.accepted')}
          </Text>
        )}
        {write.state === 'failed' && (
          <Group gap="xs">
            {write.error?.conflict && write.page ? (
              <Button size="compact-xs" variant="light" component={Link} to={write.page}>
                {t('delivery.merge')}
              </Button>
            ) : (
              <Button size="compact-xs" variant="light" onClick={() => void retry(write.requestId)}>
                {t('delivery.retry')}
              </Button>
            )}
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void dismiss(write.requestId)}>
              {t('delivery.dismiss')}
            </Button>
          </Group>
        )}
      </Stack>
    </Group>
  );
}
