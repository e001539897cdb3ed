import { Button, Group, Modal, Textarea } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  taskId: string | undefined;
  onClose: () => void;
  onBlock: (taskId: string, reason: string) => void;
}

export function BlockedDialog({ taskId, onClose, onBlock }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  function block(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (taskId) onBlock(taskId, reason.trim());
    setReason('');
    onClose();
  }
  return (
    <Modal opened={taskId !== undefined} onClose={onClose} title={t('tasks.block.title', { id: taskId })}>
      <form onSubmit={block}>
        <Textarea
          label={t('tasks.block.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
          required
          data-autofocus
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" disabled={!reason.trim()}>
            {t('tasks.block.submit')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
