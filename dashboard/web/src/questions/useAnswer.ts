import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { projectPath } from '../api/http';
import { questionsQuery } from '../api/queries';
import type { Question } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';

// Sends an answer, and says what became of it: by then the question may have gone from the page, for the first answer
// stands.
export function useAnswer(projectId: string, question: Question) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { send } = useDelivery();

  async function post(action: string, label: string, body: unknown, done: string): Promise<void> {
    const { write } = await send({
      projectId,
      label: `${label} · ${question.title}`,
      method: 'POST',
      path: projectPath(projectId, 'questions', question.id, action),
      body,
    });
    if (write.state === 'applied') notifications.show({ color: 'teal', message: done });
    if (write.error) notifications.show({ color: 'red', title: question.title, message: write.error.message });
    await client.invalidateQueries({ queryKey: questionsQuery(projectId).queryKey });
  }

  return {
    answer: (choices: string[], answer: string) =>
      post('answer', t('questions.send'), { choices, answer }, t('questions.sent')),
    dismiss: (reason: string) => post('dismiss', t('questions.dismiss'), { reason }, t('questions.dismissed')),
  };
}
