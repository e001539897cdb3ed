import { ActionIcon, Indicator, Popover, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useDelivery } from './DeliveryProvider';
import { ShelfItem } from './ShelfItem';

// What is on its way, and what became of it.
export function Shelf() {
  const { t } = useTranslation();
  const { writes } = useDelivery();
  const open = writes.filter((write) => write.state !== 'applied');
  const failed = writes.some((write) => write.state === 'failed');
  return (
    <Popover width={360} position="bottom-end" shadow="md" withArrow trapFocus>
      <Indicator label={open.length} size={16} color={failed ? 'red' : 'indigo'} disabled={open.length === 0}>
        <Popover.Target>
          <ActionIcon variant="subtle" size="lg" color="gray" aria-label={t('delivery.shelf', { count: open.length })}>
            <IconSend size={18} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text fw={600}>{t('delivery.title')}</Text>
          {writes.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('delivery.none')}
            </Text>
          )}
          {writes.map((write) => (
            <ShelfItem key={write.requestId} write={write} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
