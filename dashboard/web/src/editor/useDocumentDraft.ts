import type { QueryKey } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';

import { type Answer, request } from '../api/http';
import type { Versioned } from '../api/queries';
import type { Document } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import { dropDraft, keepDraft, readDraft } from './drafts';

export interface DocumentTarget {
  projectId: string;
  path: string;
  label: string;
  queryKey: QueryKey;
}

export interface TheirVersion {
  content: string;
  etag: string | undefined;
}

export type SaveState = 'idle' | 'saving' | 'waiting' | 'failed';

export interface DocumentDraft {
  text: string;
  dirty: boolean;
  saveState: SaveState;
  error: string;
  // What the text was made from.
  base: string;
  // What is on disk, when it is no longer what the text was made from.
  theirs: TheirVersion | undefined;
  edit: (text: string) => void;
  discard: () => void;
  // Goes on from their version with this text, as after a merge.
  rebase: (text: string) => void;
  save: () => Promise<boolean>;
}

// The text of a document while it is edited: kept in the browser until the agent has applied it.
export function useDocumentDraft(target: DocumentTarget, content: string, etag: string | undefined): DocumentDraft {
  const { projectId, path, label, queryKey } = target;
  const client = useQueryClient();
  const { send } = useDelivery();
  const [draft, setDraft] = useState(() => readDraft(path));
  const [saveState, setSaveState] = useState<SaveState>('idle');
  const [error, setError] = useState('');

  const text = draft?.text ?? content;
  const base = draft?.base ?? content;
  const dirty = draft !== undefined && draft.text !== content;
  const theirs = draft && draft.etag !== etag && draft.base !== content ? { content, etag } : undefined;

  useEffect(() => {
    if (draft) keepDraft(path, draft);
    else dropDraft(path);
  }, [draft, path]);

  const edit = useCallback(
    (next: string) => {
      setSaveState('idle');
      setDraft((before) => {
        const from = before ?? { base: content, etag };
        return next === from.base ? undefined : { text: next, base: from.base, etag: from.etag };
      });
    },
    [content, etag],
  );

  const readTheirs = useCallback(async () => {
    const answer: Answer<Document> = await request<Document>(path);
    client.setQueryData<Versioned<Document>>(queryKey, { value: answer.data, etag: answer.etag });
  }, [client, path, queryKey]);

  const save = useCallback(async () => {
    if (!draft) return true;
    setSaveState('saving');
    setError('');
    const outcome = await send({
      projectId,
      label,
      method: 'PUT',
      path,
      body: { content: draft.text },
      ...(draft.etag ? { ifMatch: draft.etag } : {}),
    });
    if (outcome.write.state === 'applied') {
      client.setQueryData<Versioned<Document>>(queryKey, {
        value: { content: draft.text, lastModified: new Date().toISOString() },
        etag: outcome.etag,
      });
      setDraft((now) => (now?.text === draft.text ? undefined : now && { ...now, base: draft.text, etag: outcome.etag }));
      setSaveState('idle');
      return true;
    }
    if (outcome.write.state === 'waiting') {
      setSaveState('waiting');
      return false;
    }
    setSaveState('failed');
    setError(outcome.write.error?.message ?? '');
    if (outcome.write.error?.conflict) await readTheirs();
    return false;
  }, [client, draft, label, path, projectId, queryKey, readTheirs, send]);

  return {
    text,
    dirty,
    saveState,
    error,
    base,
    theirs,
    edit,
    discard: () => setDraft(undefined),
    rebase: (merged) => {
      setSaveState('idle');
      setError('');
      setDraft(merged === content ? undefined : { text: merged, base: content, etag });
    },
    save,
  };
}
