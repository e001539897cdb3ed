import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { dropDraft, keepDraft, readDraft } from './drafts';

const kPath = '/api/projects/p/specs/a/design';
const kDraft = { text: 'new "text"\n🙂', base: 'old', etag: '"1"' };

describe('a draft', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => vi.restoreAllMocks());

  it('outlives a reload', () => {
    keepDraft(kPath, kDraft);
    expect(readDraft(kPath)).toEqual(kDraft);
  });

  it('of a document without an ETag outlives it too', () => {
    keepDraft(kPath, { ...kDraft, etag: undefined });
    expect(readDraft(kPath)?.etag).toBeUndefined();
    expect(readDraft(kPath)?.text).toBe(kDraft.text);
  });

  it('may be empty', () => {
    keepDraft(kPath, { ...kDraft, text: '' });
    expect(readDraft(kPath)?.text).toBe('');
  });

  it('belongs to its document', () => {
    keepDraft(kPath, kDraft);
    expect(readDraft(`${kPath}2`)).toBeUndefined();
    dropDraft(`${kPath}2`);
    expect(readDraft(kPath)).toEqual(kDraft);
  });

  it('is gone when it is dropped', () => {
    keepDraft(kPath, kDraft);
    dropDraft(kPath);
    expect(readDraft(kPath)).toBeUndefined();
    expect(localStorage).toHaveLength(0);
  });

  it.each(['', '{', 'null', '5', '"text"', '[]', '{}', '{"text":5,"base":"b"}', '{"text":"t","base":"b","etag":7}'])(
    'is nothing when %j is what is stored',
    (stored) => {
      localStorage.setItem(`specrelay-draft:${kPath}`, stored);
      expect(readDraft(kPath)).toBeUndefined();
    },
  );

  it('does not break the editor when the browser has no room', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(() => keepDraft(kPath, kDraft)).not.toThrow();
  });
});
