import { Card, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

// One number and what it counts.
export function Figure({ label, value }: { label: string; value: number | string }) {
  const { i18n } = useTranslation();
  return (
    <Card withBorder p="md">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={700} size="xl">
        {typeof value === 'number' ? value.toLocaleString(i18n.language) : value}
      </Text>
    </Card>
  );
}
