import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ClosedQuestionRow } from './ClosedQuestionRow';
import { QuestionCard } from './QuestionCard';
import type { AskedQuestion } from './useQuestions';

const keyOf = ({ project, question }: AskedQuestion) => `${project.projectId}/${question.id}`;

// What coding agents want to know, open questions first. Nothing when there is nothing.
export function Questions({ entries }: { entries: AskedQuestion[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) return null;
  const open = entries.filter(({ question }) => question.status === 'pending');
  const closed = entries.filter(({ question }) => question.status !== 'pending');
  return (
    <Stack gap="xs" mb="lg">
      <Title order={2} size="h4">
        {t('questions.title')}
      </Title>
      {open.map((entry) => (
        <QuestionCard key={keyOf(entry)} {...entry} headingOrder={3} />
      ))}
      {closed.length > 0 && (
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {closed.map((entry) => (
            <ClosedQuestionRow key={keyOf(entry)} {...entry} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
