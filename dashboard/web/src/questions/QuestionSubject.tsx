import { useTranslation } from 'react-i18next';

import type { AskedQuestion } from './useQuestions';

// What a question is about, in one line.
export function QuestionSubject({ project, question: { specName, taskId } }: AskedQuestion) {
  const { t } = useTranslation();
  const task = taskId && `${t('logs.task')} ${taskId}`;
  return [project.projectName, specName, task].filter(Boolean).join(' · ');
}
