import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { projectPath } from '../api/http';
import { questionsQuery } from '../api/queries';
import type { Question } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';

export function useAnswer(projectId: string, question: Question) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { send } = useDelivery();

  // What was wrong; empty when nothing was.
  async function post(action: string, label: string, body: unknown, done: string): Promise<string> {
    const { write } = await send({
      projectId,
      label: `${label} · ${question.title}`,
      method: 'POST',
      path: projectPath(projectId, 'questions', question.id, action),
      body,
    });
    if (write.state === 'applied') notifications.show({ color: 'teal', message: done });
    await client.invalidateQueries({ queryKey: questionsQuery(projectId).queryKey });
    return write.error?.message ?? '';
  }

  return {
    answer: (choices: string[], answer: string) =>
      post('answer', t('questions.send'), { choices, answer }, t('questions.sent')),
    dismiss: (reason: string) => post('dismiss', t('questions.dismiss'), { reason }, t('questions.dismissed')),
  };
}
