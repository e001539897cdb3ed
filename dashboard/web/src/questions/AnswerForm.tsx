import { Alert, Button, Group, Stack, Textarea } from '@mantine/core';
import { IconCheck, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Question } from '../api/types';
import { useAnswer } from './useAnswer';

interface Props {
  projectId: string;
  question: Question;
  // Whether an answer can be given now.
  editable: boolean;
}

// Options as buttons that stay pressed, own words where the question takes them; sent together, for the first answer
// stands.
export function AnswerForm({ projectId, question, editable }: Props) {
  const { t } = useTranslation();
  const { answer, dismiss } = useAnswer(projectId, question);
  const [chosen, setChosen] = useState<string[]>([]);
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const ready = chosen.length > 0 || words.trim() !== '';

  function toggle(option: string) {
    setChosen((before) => {
      if (before.includes(option)) return before.filter((other) => other !== option);
      return question.allowMultiple
        ? question.options.filter((other) => other === option || before.includes(other))
        : [option];
    });
  }

  async function deliver(sending: Promise<string>) {
    setBusy(true);
    setError('');
    setError(await sending);
    setBusy(false);
  }
  const submit = () => void deliver(answer(chosen, words.trim()));

  return (
    <Stack gap="sm">
      {question.options.length > 0 && (
        <Group gap="xs" role="group" aria-label={t('questions.options')}>
          {question.options.map((option) => (
            <Button
              key={option}
              variant={chosen.includes(option) ? 'filled' : 'default'}
              aria-pressed={chosen.includes(option)}
              leftSection={chosen.includes(option) ? <IconCheck size={16} aria-hidden /> : null}
              onClick={() => toggle(option)}
              h="auto"
              py={8}
              styles={{ label: { whiteSpace: 'normal', textAlign: 'start' } }}
            >
              {option}
            </Button>
          ))}
        </Group>
      )}
      {question.allowFreeText && (
        <Textarea
          label={t('questions.words')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (ready && editable && !busy && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
          autosize
          minRows={1}
        />
      )}
      {error && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      <Group gap="xs">
        <Button
          onClick={submit}
          loading={busy}
          disabled={!ready || !editable}
          leftSection={<IconSend size={16} aria-hidden />}
        >
          {t('questions.send')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          disabled={busy || !editable}
          onClick={() => void deliver(dismiss(words.trim()))}
        >
          {t('questions.dismiss')}
        </Button>
      </Group>
    </Stack>
  );
}
