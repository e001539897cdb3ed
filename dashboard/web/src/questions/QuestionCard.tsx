import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Project, Question } from '../api/types';
import { Markdown } from '../components/Markdown';
import { TimeAgo } from '../components/TimeAgo';
import { isOnline } from '../projects/AgentBadge';
import { useSettings } from '../settings/settings';
import { AnswerForm } from './AnswerForm';
import { GivenAnswer } from './GivenAnswer';

interface Props {
  project: Project;
  question: Question;
}

// A question with what one must know to answer it, and its answer or the form for one.
export function QuestionCard({ project, question }: Props) {
  const { t } = useTranslation();
  const { queueWhenOffline } = useSettings();
  const title = `question-${question.id}`;
  const about = [project.projectName, question.specName, question.taskId].filter(Boolean).join(' · ');
  return (
    // Keys are for the form, and not for the list of approvals below.
    <Card
      withBorder
      component="section"
      aria-labelledby={title}
      onKeyDown={(event) => event.stopPropagation()}
      className="question"
    >
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
          <Stack gap={0} style={{ minWidth: 0 }}>
            <Text fw={600} id={title} style={{ overflowWrap: 'anywhere' }}>
              {question.title}
            </Text>
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          </Stack>
          <Stack gap={2} align="flex-end" style={{ flexShrink: 0 }}>
            {question.status === 'pending' && (
              <Badge color={question.blocking ? 'orange' : 'indigo'} variant="light" tt="none">
                {question.blocking ? t('questions.blocking') : t('questions.later')}
              </Badge>
            )}
            <Text size="xs" c="dimmed">
              <TimeAgo time={question.askedAt} />
            </Text>
          </Stack>
        </Group>
        {question.text && <Markdown text={question.text} />}
        {question.status === 'pending' ? (
          <AnswerForm
            projectId={project.projectId}
            question={question}
            editable={isOnline(project) || queueWhenOffline}
          />
        ) : (
          <GivenAnswer question={question} />
        )}
      </Stack>
    </Card>
  );
}
