import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Question } from '../api/types';
import { OptionButtons } from './OptionButtons';
import { useAnswer } from './useAnswer';

interface Props {
  projectId: string;
  question: Question;
  // Whether an answer can be given now.
  editable: boolean;
}

// Options, and own words where the question takes them; sent together, for the first answer stands.
export function AnswerForm({ projectId, question, editable }: Props) {
  const { t } = useTranslation();
  const { answer, dismiss } = useAnswer(projectId, question);
  const [chosen, setChosen] = useState<string[]>([]);
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const ready = editable && !busy && (chosen.length > 0 || words.trim() !== '');

  async function deliver(sending: Promise<void>) {
    setBusy(true);
    await sending.finally(() => setBusy(false));
  }
  const submit = () => void deliver(answer(chosen, words.trim()));

  return (
    <Stack gap="sm">
      {question.options.length > 0 && <OptionButtons question={question} chosen={chosen} onChange={setChosen} />}
      {question.allowFreeText && (
        <Textarea
          label={t('questions.words')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (ready && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
          autosize
          minRows={1}
        />
      )}
      <Group gap="xs">
        <Button onClick={submit} loading={busy} disabled={!ready} leftSection={<IconSend size={16} aria-hidden />}>
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
