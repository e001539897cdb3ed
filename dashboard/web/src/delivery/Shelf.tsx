import { ActionIcon, Badge, Button, Group, Indicator, Loader, Popover, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClockPause, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useDelivery } from './DeliveryProvider';
import type { Write, WriteState } from './outbox';

const kColors: Record<WriteState, string> = { sending: 'indigo', waiting: 'yellow', applied: 'teal', failed: 'red' };

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

function ShelfItem({ write }: { write: Write }) {
  const { t } = useTranslation();
  const { retry, dismiss } = useDelivery();
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <StateIcon state={write.state} />
      <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" truncate>
          {write.label}
        </Text>
        <Badge size="xs" variant="light" color={kColors[write.state]} tt="none">
          {t(`delivery.${write.state}`)}
        </Badge>
        {write.error && (
          <Text size="xs" c="dimmed">
            {write.error.message}
          </Text>
        )}
        {write.state === 'failed' && (
          <Group gap="xs">
            <Button size="compact-xs" variant="light" onClick={() => void retry(write.requestId)}>
              {t('delivery.retry')}
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void dismiss(write.requestId)}>
              {t('delivery.dismiss')}
            </Button>
          </Group>
        )}
      </Stack>
    </Group>
  );
}

function StateIcon({ state }: { state: WriteState }) {
  if (state === 'sending') return <Loader size={20} />;
  const Icon = { waiting: IconClockPause, applied: IconCheck, failed: IconAlertTriangle }[state];
  return (
    <ThemeIcon size={22} radius="xl" variant="light" color={kColors[state]}>
      <Icon size={14} />
    </ThemeIcon>
  );
}
