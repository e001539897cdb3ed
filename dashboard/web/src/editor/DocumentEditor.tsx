import { Alert, Badge, Box, Button, Group, NavLink, Paper, SegmentedControl, Text } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Markdown } from '../components/Markdown';
import { PageLoader } from '../components/PageLoader';
import { headingsOf } from '../markdown/render';
import { useEditable } from '../projects/OfflineNotice';
import { MergeView } from './MergeView';
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
              loading={draft.saveState === 'saving'}
              disabled={!draft.dirty || !editable || draft.theirs !== undefined}
            >
              {t('editor.save')}
            </Button>
          )}
        </Group>
      </Group>
      {draft.theirs && <MergeView base={draft.base} mine={draft.text} theirs={draft.theirs.content} onMerged={draft.rebase} />}
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
            <Paper withBorder p="md" className="editor-preview">
              <Markdown text={draft.text} />
            </Paper>
          )}
        </Box>
      )}
    </>
  );
}

function Reading({ text }: { text: string }) {
  const { t } = useTranslation();
  const headings = useMemo(() => headingsOf(text).filter(({ level }) => level <= 3), [text]);
  if (!text.trim()) return <Text c="dimmed">{t('editor.empty')}</Text>;
  return (
    <div className="reading">
      <Paper withBorder p={{ base: 'md', sm: 'xl' }} component="article">
        <Markdown text={text} />
      </Paper>
      {headings.length > 2 && (
        <nav className="reading-contents" aria-label={t('editor.contents')}>
          <Text size="xs" fw={600} c="dimmed" mb={4}>
            {t('editor.contents')}
          </Text>
          {headings.map((heading) => (
            <NavLink
              key={heading.id}
              href={`#${heading.id}`}
              label={heading.text}
              pl={8 + 12 * (heading.level - 1)}
              py={4}
              styles={{ label: { fontSize: 13 } }}
            />
          ))}
        </nav>
      )}
    </div>
  );
}
