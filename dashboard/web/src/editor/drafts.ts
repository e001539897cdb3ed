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
    return JSON.parse(localStorage.getItem(kPrefix + path) ?? 'null') as Draft | null ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(path: string, draft: Draft): void {
  localStorage.setItem(kPrefix + path, JSON.stringify(draft));
}

export function dropDraft(path: string): void {
  localStorage.removeItem(kPrefix + path);
}
