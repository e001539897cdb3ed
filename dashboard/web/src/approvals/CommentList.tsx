import { Stack } from '@mantine/core';

import type { ApprovalComment } from '../api/types';
import { CommentCard } from './CommentCard';

interface Props {
  comments: ApprovalComment[];
  // Absent: to be read only.
  onChange?: (comments: ApprovalComment[]) => void;
}

export function CommentList({ comments, onChange }: Props) {
  const replace = (at: number, comment: ApprovalComment) =>
    onChange?.(comments.map((old, i) => (i === at ? comment : old)));
  return (
    <Stack gap="xs" mt="sm">
      {comments.map((comment, i) => (
        <CommentCard
          key={comment.id ?? `${comment.timestamp ?? ''}-${i}`}
          comment={comment}
          {...(onChange
            ? {
                onChange: (changed: ApprovalComment) => replace(i, changed),
                onRemove: () => onChange(comments.filter((_, at) => at !== i)),
              }
            : {})}
        />
      ))}
    </Stack>
  );
}
