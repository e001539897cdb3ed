import { Button, Paper, Text } from '@mantine/core';
import { IconMessagePlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApprovalComment } from '../api/types';
import { Markdown } from '../components/Markdown';
import { CommentList } from './CommentList';
import { kColors } from './colors';
import { highlight } from './highlight';

interface Props {
  text: string;
  comments: ApprovalComment[];
  // Absent: to be read only.
  onChange?: (comments: ApprovalComment[]) => void;
}

interface Selected {
  text: string;
  x: number;
  y: number;
}

const kMaxSelection = 2000;

// The document as it reads, with comments on what is selected in it.
export function ReviewPane({ text, comments, onChange }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState<Selected | undefined>();

  useEffect(() => {
    if (!frame.current) return undefined;
    return highlight(frame.current, comments);
  }, [comments, text]);

  function look() {
    const selection = window.getSelection();
    const chosen = selection?.toString().trim() ?? '';
    const box = frame.current;
    if (!onChange || !box || !selection?.rangeCount || !chosen || chosen.length > kMaxSelection) {
      setSelected(undefined);
      return;
    }
    const range = selection.getRangeAt(0);
    if (!box.contains(range.commonAncestorContainer)) return;
    const place = range.getBoundingClientRect();
    const origin = box.getBoundingClientRect();
    setSelected({ text: chosen, x: Math.max(0, place.left - origin.left), y: place.bottom - origin.top + 6 });
  }

  function add() {
    if (!selected || !onChange) return;
    const line = text.split('\n').findIndex((candidate) => candidate.includes(selected.text.split('\n')[0] ?? ''));
    onChange([
      ...comments,
      {
        type: 'selection',
        selectedText: selected.text,
        comment: '',
        timestamp: new Date().toISOString(),
        highlightColor: kColors[comments.length % kColors.length] ?? '#ffeb3b',
        ...(line >= 0 ? { lineNumber: line + 1 } : {}),
      },
    ]);
    setSelected(undefined);
    window.getSelection()?.removeAllRanges();
  }

  return (
    <>
      {/* Selecting by pointer or by keyboard offers the button; the comment itself is a labelled field. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={frame} className="review-document" onPointerUp={look} onKeyUp={look}>
        <Paper withBorder p={{ base: 'md', sm: 'xl' }} component="article">
          <Markdown text={text} />
        </Paper>
        {selected && (
          <Button
            size="xs"
            leftSection={<IconMessagePlus size={14} />}
            style={{ position: 'absolute', left: selected.x, top: selected.y, zIndex: 5 }}
            onClick={add}
          >
            {t('approvals.comment')}
          </Button>
        )}
      </div>
      {onChange && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('approvals.selectHint')}
        </Text>
      )}
      {!onChange && <CommentList comments={comments} />}
    </>
  );
}
