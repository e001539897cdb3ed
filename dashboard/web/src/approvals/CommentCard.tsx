import { ActionIcon, Card, ColorSwatch, Group, Text, Textarea } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { ApprovalComment } from '../api/types';
import { kColors } from './colors';

interface Props {
  comment: ApprovalComment;
  onChange?: (comment: ApprovalComment) => void;
  onRemove?: () => void;
}

export function CommentCard({ comment, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const about = comment.selectedText ?? t('approvals.general');
  return (
    <Card
      withBorder
      p="xs"
      style={comment.highlightColor ? { borderLeft: `4px solid ${comment.highlightColor}` } : undefined}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="xs" c="dimmed" lineClamp={2}>
          {comment.selectedText ? `“${comment.selectedText}”` : about}
        </Text>
        {onRemove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            onClick={onRemove}
            aria-label={t('approvals.removeComment')}
          >
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </Group>
      {onChange ? (
        <>
          <Textarea
            aria-label={t('approvals.commentOn', { text: about })}
            placeholder={t('approvals.comment')}
            value={comment.comment}
            onChange={(event) => onChange({ ...comment, comment: event.currentTarget.value })}
            autosize
            minRows={1}
            mt={4}
          />
          {comment.type === 'selection' && (
            <Group gap={4} mt={6}>
              {kColors.map((color) => (
                <ColorSwatch
                  key={color}
                  component="button"
                  type="button"
                  color={color}
                  size={18}
                  aria-label={t('approvals.color', { color })}
                  aria-pressed={comment.highlightColor === color}
                  onClick={() => onChange({ ...comment, highlightColor: color })}
                  style={{
                    cursor: 'pointer',
                    outline: comment.highlightColor === color ? '2px solid var(--mantine-color-text)' : 'none',
                    outlineOffset: 1,
                  }}
                />
              ))}
            </Group>
          )}
        </>
      ) : (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {comment.comment}
        </Text>
      )}
    </Card>
  );
}
