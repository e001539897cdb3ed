import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ChangedBy } from '../activity/ChangedBy';
import type { Change } from '../activity/feed';
import { ConflictChoice } from './ConflictChoice';
import { type Choice, merge, resolve } from './merge';

interface Props {
  base: string;
  mine: string;
  theirs: string;
  // Of the file, when it was seen.
  change: Change | undefined;
  onMerged: (text: string) => void;
}

// The file changed under the editor: a clean merge is offered ready, conflicts are shown to be decided.
export function MergeView({ base, mine, theirs, change, onMerged }: Props) {
  const { t } = useTranslation();
  const merged = useMemo(() => merge(base, mine, theirs), [base, mine, theirs]);
  const conflicts = merged.pieces.flatMap((piece) => (piece.kind === 'conflict' ? [piece.conflict] : []));
  const [choices, setChoices] = useState<Record<number, Choice>>({});
  const decided = conflicts.every((_, i) => choices[i] !== undefined);

  return (
    <Alert color="orange" icon={<IconGitMerge size={18} />} title={t('merge.title')} mb="md">
      <Stack gap="sm">
        {change && <ChangedBy change={change} />}
        <Text size="sm">
          {merged.clean === undefined ? t('merge.conflicts', { count: conflicts.length }) : t('merge.clean')}
        </Text>
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
            onClick={() =>
              onMerged(
                merged.clean ??
                  resolve(
                    merged,
                    conflicts.map((_, i) => choices[i] ?? 'mine'),
                  ),
              )
            }
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
