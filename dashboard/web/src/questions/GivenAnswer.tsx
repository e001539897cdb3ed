import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Question } from '../api/types';

// What was answered, by whom and when.
export function GivenAnswer({ question }: { question: Question }) {
  const { t, i18n } = useTranslation();
  const who = question.answeredBy?.keyName ?? question.answeredBy?.account ?? '';
  const when = question.answeredAt ? new Date(question.answeredAt).toLocaleString(i18n.language) : '';
  const dismissed = question.status === 'dismissed';
  return (
    <Alert
      color={dismissed ? 'gray' : 'teal'}
      title={dismissed ? t('questions.dismissedBy', { who, when }) : t('questions.answeredBy', { who, when })}
    >
      {question.choices?.map((choice) => (
        <Text key={choice} size="sm" fw={600}>
          {choice}
        </Text>
      ))}
      {question.answer && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {question.answer}
        </Text>
      )}
    </Alert>
  );
}
