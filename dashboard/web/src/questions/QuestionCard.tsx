import { Badge, Card, Group, Stack, Text, Title, type TitleOrder } from '@mantine/core';
import { type KeyboardEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';

import { Markdown } from '../components/Markdown';
import { TimeAgo } from '../components/TimeAgo';
import { isOnline } from '../projects/AgentBadge';
import { useSettings } from '../settings/settings';
import { AnswerForm } from './AnswerForm';
import { detailsOf } from './detailsOf';
import { GivenAnswer } from './GivenAnswer';
import { QuestionSubject } from './QuestionSubject';
import type { AskedQuestion } from './useQuestions';

// Keys by themselves are for the form, and not for the list of approvals below.
function keepPlainKeys(event: KeyboardEvent) {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

// A question with what one must know to answer it, and its answer or the form for one.
export function QuestionCard({ project, question, headingOrder }: AskedQuestion & { headingOrder: TitleOrder }) {
  const { t } = useTranslation();
  const { queueWhenOffline } = useSettings();
  const title = useId();
  const pending = question.status === 'pending';
  const details = detailsOf(question);
  return (
    <Card withBorder component="section" aria-labelledby={title} onKeyDown={keepPlainKeys}>
      <Stack gap="sm">
        <Stack gap={4}>
          <Title order={headingOrder} size="h5" id={title} style={{ overflowWrap: 'anywhere' }}>
            {question.title}
          </Title>
          <Group gap="xs">
            {pending && (
              <Badge color={question.blocking ? 'orange' : 'indigo'} variant="light" tt="none">
                {question.blocking ? t('questions.blocking') : t('questions.later')}
              </Badge>
            )}
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              <QuestionSubject project={project} question={question} /> · <TimeAgo time={question.askedAt} />
            </Text>
          </Group>
        </Stack>
        {details && <Markdown text={details} />}
        {pending ? (
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
