import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function UndoMessage({ message, onUndo }: { message: string; onUndo: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Button size="compact-sm" variant="light" onClick={onUndo}>
        {t('approvals.undo')}
      </Button>
    </Group>
  );
}
