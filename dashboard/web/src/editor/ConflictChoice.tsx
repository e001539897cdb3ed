import { Paper, SegmentedControl, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Choice, Conflict } from './merge';

interface Props {
  conflict: Conflict;
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}

// One place that both have changed, and what it shall say.
export function ConflictChoice({ conflict, choice, onChoose }: Props) {
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
