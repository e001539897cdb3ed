import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { QuestionCard } from './QuestionCard';
import { useOpenQuestions } from './useQuestions';

// What coding agents want to know, above what they want to have approved. Nothing when there is nothing.
export function OpenQuestions() {
  const { t } = useTranslation();
  const open = useOpenQuestions();
  if (open.length === 0) return null;
  return (
    <Stack gap="xs" mb="lg">
      <Title order={2} size="h4">
        {t('questions.title')}
      </Title>
      {open.map(({ project, question }) => (
        <QuestionCard key={`${project.projectId}/${question.id}`} project={project} question={question} />
      ))}
    </Stack>
  );
}
