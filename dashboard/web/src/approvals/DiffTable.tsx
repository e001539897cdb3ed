import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Diff, DiffLine } from '../api/types';
import { type LinePair, pairLines } from './pairLines';

const kMarks = { normal: ' ', add: '+', delete: '−' };

export function DiffTable({ diff, layout }: { diff: Diff; layout: 'inline' | 'split' }) {
  const { t } = useTranslation();
  if (diff.chunks.length === 0) return <Text c="dimmed">{t('approvals.same')}</Text>;
  return (
    <>
      <Group gap="sm">
        <Text size="sm" c="teal.text">{`+${diff.additions}`}</Text>
        <Text size="sm" c="red.text">{`−${diff.deletions}`}</Text>
      </Group>
      {diff.chunks.map((chunk) => (
        // A long line scrolls, by keyboard as well.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div key={`${chunk.oldStart}-${chunk.newStart}`} className="diff" tabIndex={0} role="group" aria-label={t('approvals.linesFrom', { line: chunk.newStart })}>
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

function InlineRow({ line }: { line: DiffLine }) {
  return (
    <tr data-type={line.type}>
      <td className="diff-number">{line.oldLineNumber}</td>
      <td className="diff-number">{line.newLineNumber}</td>
      <td className="diff-mark">{kMarks[line.type]}</td>
      <td>{line.content}</td>
    </tr>
  );
}

function SplitRow({ pair: [left, right] }: { pair: LinePair }) {
  return (
    <tr>
      <td className="diff-number">{left?.oldLineNumber}</td>
      <td className="diff-half" data-type={left?.type}>
        {left?.content}
      </td>
      <td className="diff-number">{right?.newLineNumber}</td>
      <td className="diff-half" data-type={right?.type}>
        {right?.content}
      </td>
    </tr>
  );
}
