// What was typed and not yet saved, kept in the browser by the document's path. Nothing typed is lost to a reload.
const kPrefix = 'specrelay-draft:';

export interface Draft {
  text: string;
  // What the draft began with, for a merge.
  base: string;
  etag: string | undefined;
}

export function readDraft(path: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(kPrefix + path) ?? 'null');
    return isDraft(draft) ? draft : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(path: string, draft: Draft): void {
  try {
    localStorage.setItem(kPrefix + path, JSON.stringify(draft));
  } catch {
    // No room: the text is still in the page, which asks before it is left.
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const { text, base, etag } = value as Record<string, unknown>;
  return typeof text === 'string' && typeof base === 'string' && (etag === undefined || typeof etag === 'string');
}

export function dropDraft(path: string): void {
  localStorage.removeItem(kPrefix + path);
}
