import type { QueryKey } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';

import { type Answer, request } from '../api/http';
import type { Versioned } from '../api/queries';
import type { Document } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import type { Write } from '../delivery/write';
import { dropDraft, keepDraft, readDraft } from './drafts';

export interface DocumentTarget {
  projectId: string;
  // Of the API.
  path: string;
  // In `.spec-context`.
  file: string;
  // Where it is edited.
  page: string;
  label: string;
  queryKey: QueryKey;
}

export interface TheirVersion {
  content: string;
  etag: string | undefined;
}

export type SaveState = 'idle' | 'sending' | 'waiting';

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
  const { projectId, path, page, label, queryKey } = target;
  const client = useQueryClient();
  const { send, writes } = useDelivery();
  const [draft, setDraft] = useState(() => readDraft(path));
  const [error, setError] = useState('');

  // What was typed is on disk now, as after a write that had to wait.
  if (draft && draft.text === content) setDraft(undefined);

  const text = draft?.text ?? content;
  const base = draft?.base ?? content;
  const dirty = draft !== undefined && draft.text !== content;
  const saveState = stateOf(
    writes.filter((write) => write.path === path),
    text,
  );
  const theirs = draft && draft.etag !== etag && draft.base !== content ? { content, etag } : undefined;

  useEffect(() => {
    if (draft) keepDraft(path, draft);
    else dropDraft(path);
  }, [draft, path]);

  const edit = useCallback(
    (next: string) => {
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
    setError('');
    const outcome = await send({
      projectId,
      label,
      method: 'PUT',
      path,
      page,
      body: { content: draft.text },
      ...(draft.etag ? { ifMatch: draft.etag } : {}),
    });
    if (outcome.write.state === 'applied') {
      client.setQueryData<Versioned<Document>>(queryKey, {
        value: { content: draft.text, lastModified: new Date().toISOString() },
        etag: outcome.etag,
      });
      setDraft((now) =>
        now?.text === draft.text ? undefined : now && { ...now, base: draft.text, etag: outcome.etag },
      );
      return true;
    }
    if (outcome.write.state === 'waiting') return false;
    setError(outcome.write.error?.message ?? '');
    if (outcome.write.error?.conflict) await readTheirs();
    return false;
  }, [client, draft, label, page, path, projectId, queryKey, readTheirs, send]);

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
      setError('');
      setDraft(merged === content ? undefined : { text: merged, base: content, etag });
    },
    save,
  };
}

// How far the saving of just this text has come.
function stateOf(writes: Write[], text: string): SaveState {
  const write = writes.find(({ body }) => (body as Partial<Document>).content === text);
  return write?.state === 'sending' || write?.state === 'waiting' ? write.state : 'idle';
}
