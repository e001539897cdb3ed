import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Diff } from '../api/types';
import { pairLines } from './pairLines';
import { InlineRow } from './InlineRow';
import { SplitRow } from './SplitRow';

// A long line scrolls, by keyboard as well.
const kScrolls = { tabIndex: 0, role: 'group' };

export function DiffTable({ diff, layout }: { diff: Diff; layout: 'inline' | 'split' }) {
  const { t } = useTranslation();
  if (diff.chunks.length === 0) return <Text c="dimmed">{t('approvals.same')}</Text>;
  return (
    <>
      <Group gap="sm">
        <Text size="sm" c="var(--mantine-color-teal-text)">{`+${diff.additions}`}</Text>
        <Text size="sm" c="var(--mantine-color-red-text)">{`−${diff.deletions}`}</Text>
      </Group>
      {diff.chunks.map((chunk) => (
        <div
          key={`${chunk.oldStart}-${chunk.newStart}`}
          className="diff"
          {...kScrolls}
          aria-label={t('approvals.linesFrom', { line: chunk.newStart })}
        >
          <table>
            <tbody>
              {layout === 'inline'
                ? chunk.lines.map((line, i) => <InlineRow key={i} line={line} />)
                : pairLines(chunk.lines).map((pair, i) => <SplitRow key={i} pair={pair} />)}
            </tbody>
          </table>
        </div>
      ))}
    </>
  );
}
