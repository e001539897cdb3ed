import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { TimeAgo } from '../components/TimeAgo';
import { projectPage } from '../pages/paths';
import { kStatusColors } from './colors';
import { QuestionSubject } from './QuestionSubject';
import type { AskedQuestion } from './useQuestions';

// A question that awaits nobody any more; its answer is on its page.
export function ClosedQuestionRow({ project, question }: AskedQuestion) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="li" p="sm">
      <Group wrap="nowrap" gap="sm">
        <Stack gap={0} style={{ flex: 1, minWidth: 0 }}>
          <Text
            fw={600}
            component={Link}
            to={projectPage(project.projectId, 'questions', question.id)}
            className="card-title"
            truncate
          >
            {question.title}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            <QuestionSubject project={project} question={question} />
          </Text>
        </Stack>
        <Stack gap={2} align="flex-end">
          <Badge color={kStatusColors[question.status]} variant="light" tt="none">
            {t(`questions.status.${question.status}`)}
          </Badge>
          <Text size="xs" c="dimmed">
            <TimeAgo time={question.answeredAt ?? question.askedAt} />
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
