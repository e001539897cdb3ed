import { Alert, Badge, Box, Button, Group, Paper, SegmentedControl } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ChangedBy } from '../activity/ChangedBy';
import { useLastChange } from '../activity/useActivity';
import { Markdown } from '../components/Markdown';
import { PageLoader } from '../components/PageLoader';
import { useEditable } from '../projects/OfflineNotice';
import { MergeView } from './MergeView';
import { Reading } from './Reading';
import { type DocumentTarget, useDocumentDraft } from './useDocumentDraft';
import { useLeaveGuard } from './useLeaveGuard';

const TextEditor = lazy(() => import('./TextEditor'));

type Mode = 'read' | 'edit' | 'split';

interface Props {
  target: DocumentTarget;
  content: string;
  etag: string | undefined;
}

// A document: rendered with its contents, and editable with a preview.
export function DocumentEditor({ target, content, etag }: Props) {
  const { t } = useTranslation();
  const editable = useEditable();
  const draft = useDocumentDraft(target, content, etag);
  const change = useLastChange(target.projectId, target.file);
  const [mode, setMode] = useState<Mode>(draft.dirty ? 'split' : 'read');
  useLeaveGuard(draft.dirty && draft.saveState !== 'waiting');
  const save = () => void draft.save();

  return (
    <>
      <Group mb="md" justify="space-between">
        <SegmentedControl
          value={mode}
          onChange={(value) => setMode(value)}
          data={(['read', 'edit', 'split'] as const).map((value) => ({ value, label: t(`editor.${value}`) }))}
        />
        <Group gap="xs">
          {change && <ChangedBy change={change} />}
          {draft.dirty && (
            <Badge variant="light" color={draft.saveState === 'waiting' ? 'yellow' : 'orange'} tt="none">
              {draft.saveState === 'waiting' ? t('delivery.waiting') : t('editor.unsaved')}
            </Badge>
          )}
          {draft.dirty && (
            <Button variant="subtle" color="gray" onClick={draft.discard}>
              {t('editor.discard')}
            </Button>
          )}
          {(mode !== 'read' || draft.dirty) && (
            <Button
              leftSection={<IconDeviceFloppy size={16} />}
              onClick={save}
              loading={draft.saveState === 'sending'}
              disabled={!draft.dirty || !editable || draft.theirs !== undefined}
            >
              {t('editor.save')}
            </Button>
          )}
        </Group>
      </Group>
      {draft.theirs && (
        <MergeView
          base={draft.base}
          mine={draft.text}
          theirs={draft.theirs.content}
          change={change}
          onMerged={draft.rebase}
        />
      )}
      {draft.error && !draft.theirs && (
        <Alert color="red" mb="md" role="alert">
          {draft.error}
        </Alert>
      )}
      {mode === 'read' ? (
        <Reading text={draft.text} />
      ) : (
        <Box className={mode === 'split' ? 'editor-split' : ''}>
          <Suspense fallback={<PageLoader />}>
            <TextEditor label={target.label} text={draft.text} onChange={draft.edit} onSave={save} />
          </Suspense>
          {mode === 'split' && (
            // A long text scrolls, by keyboard as well.
            <Paper
              withBorder
              p="md"
              className="editor-preview"
              component="section"
              aria-label={t('editor.split')}
              tabIndex={0}
            >
              <Markdown text={draft.text} />
            </Paper>
          )}
        </Box>
      )}
    </>
  );
}
