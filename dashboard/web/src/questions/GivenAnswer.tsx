import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Question } from '../api/types';
import { nameOf } from '../components/nameOf';
import { kStatusColors } from './colors';

// What was answered, by whom and when.
export function GivenAnswer({ question }: { question: Question }) {
  const { t, i18n } = useTranslation();
  const { choices = [], answer, status } = question;
  const who = nameOf(question.answeredBy);
  const when = question.answeredAt ? new Date(question.answeredAt).toLocaleString(i18n.language) : '';
  const dismissed = status === 'dismissed';
  return (
    <Alert
      color={kStatusColors[status]}
      title={dismissed ? t('questions.dismissedBy', { who, when }) : t('questions.answeredBy', { who, when })}
    >
      {choices.map((choice) => (
        <Text key={choice} size="sm" fw={600}>
          {choice}
        </Text>
      ))}
      {answer && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {answer}
        </Text>
      )}
      {dismissed && !answer && <Text size="sm">{t('questions.dismissed')}</Text>}
    </Alert>
  );
}
