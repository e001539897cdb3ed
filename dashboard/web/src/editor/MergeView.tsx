import { Alert, Button, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type Choice, type Conflict, merge, resolve } from './merge';

interface Props {
  base: string;
  mine: string;
  theirs: string;
  onMerged: (text: string) => void;
}

// The file changed under the editor: a clean merge is offered ready, conflicts are shown to be decided.
export function MergeView({ base, mine, theirs, onMerged }: Props) {
  const { t } = useTranslation();
  const merged = useMemo(() => merge(base, mine, theirs), [base, mine, theirs]);
  const conflicts = merged.pieces.flatMap((piece) => (piece.kind === 'conflict' ? [piece.conflict] : []));
  const [choices, setChoices] = useState<Record<number, Choice>>({});
  const decided = conflicts.every((_, i) => choices[i] !== undefined);

  return (
    <Alert color="orange" icon={<IconGitMerge size={18} />} title={t('merge.title')} mb="md">
      <Stack gap="sm">
        <Text size="sm">{merged.clean === undefined ? t('merge.conflicts', { count: conflicts.length }) : t('merge.clean')}</Text>
        {conflicts.map((conflict, i) => (
          <ConflictChoice
            key={i}
            conflict={conflict}
            choice={choices[i]}
            onChoose={(choice) => setChoices((before) => ({ ...before, [i]: choice }))}
          />
        ))}
        <Group gap="xs">
          <Button
            disabled={!decided}
            onClick={() => onMerged(merged.clean ?? resolve(merged, conflicts.map((_, i) => choices[i] ?? 'mine')))}
          >
            {t('merge.use')}
          </Button>
          <Button variant="default" onClick={() => onMerged(mine)}>
            {t('merge.keepMine')}
          </Button>
          <Button variant="default" onClick={() => onMerged(theirs)}>
            {t('merge.keepTheirs')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

interface ConflictProps {
  conflict: Conflict;
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}

function ConflictChoice({ conflict, choice, onChoose }: ConflictProps) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="sm">
      <div className="conflict">
        {(['mine', 'theirs'] as const).map((side) => (
          <div key={side}>
            <Text size="xs" fw={600}>
              {t(`merge.${side}`)}
            </Text>
            <pre>{conflict[side] || '∅'}</pre>
          </div>
        ))}
      </div>
      <SegmentedControl
        size="xs"
        value={choice ?? ''}
        onChange={(value) => onChoose(value as Choice)}
        data={(['mine', 'theirs', 'both'] as const).map((value) => ({ value, label: t(`merge.take.${value}`) }))}
      />
    </Paper>
  );
}
