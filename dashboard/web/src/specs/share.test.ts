import { deflateSync, Inflate, strToU8 } from 'fflate';
import { describe, expect, it, vi } from 'vitest';

import { decodeShared, encodeShared, type SharedSpec } from './share';

const kShared: SharedSpec = {
  name: 'log-in',
  copiedAt: '2026-11-21T10:00:00.000Z',
  documents: { requirements: '# Anforderungen\n🙂 日本語', design: '', tasks: '- [x] 1. One\n' },
};

function link(content: Uint8Array | string): string {
  const packed = deflateSync(typeof content === 'string' ? strToU8(content) : content);
  return Buffer.from(packed).toString('base64url');
}

describe('a shared copy', () => {
  it('comes out as it went in', () => {
    expect(decodeShared(encodeShared(kShared))).toEqual(kShared);
    const bare = { ...kShared, documents: {} };
    expect(decodeShared(encodeShared(bare))).toEqual(bare);
  });

  it('comes out as it went in, however long and however dense', () => {
    const words = Array.from({ length: 60_000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36));
    const long = { ...kShared, documents: { design: words.join(' ') } };
    expect(decodeShared(encodeShared(long))).toEqual(long);
  });

  it('is written in letters that a link may have', () => {
    for (let length = 0; length < 200; ++length) {
      expect(encodeShared({ ...kShared, name: '€'.repeat(length) })).toMatch(/^[\w-]+$/);
    }
  });

  it.each([
    '',
    '#',
    'hello',
    '%%%',
    '<script>',
    'A',
    '====',
    '日本語',
    'a'.repeat(5000),
    link(''),
    link('{'),
    link('null'),
    link('5'),
    link('[]'),
  ])('is nothing when the link says %.20j', (text) => expect(decodeShared(text)).toBeUndefined());

  it.each([
    {},
    { name: 'a', copiedAt: 'b' },
    { name: 5, copiedAt: 'b', documents: {} },
    { name: 'a', copiedAt: null, documents: {} },
    { name: 'a', copiedAt: 'b', documents: null },
    { name: 'a', copiedAt: 'b', documents: { design: 5 } },
    { name: 'a', copiedAt: 'b', documents: { design: { toString: 'x' } } },
  ])('is nothing when it holds %j', (json) => {
    expect(decodeShared(link(JSON.stringify(json)))).toBeUndefined();
  });

  it('that was cut off is nothing', () => {
    const text = encodeShared(kShared);
    for (let end = 0; end < text.length - 3; ++end) expect(decodeShared(text.slice(0, end))).toBeUndefined();
  });

  it('that would unpack to far more than a spec is refused', () => {
    const bomb = JSON.stringify({ ...kShared, documents: { design: 'x'.repeat(5 << 20) } });
    expect(decodeShared(link(bomb))).toBeUndefined();
  });

  it('that would unpack to 16 MiB is given up soon after the limit', () => {
    const blanks = new Uint8Array(16 << 20);
    const push = vi.spyOn(Inflate.prototype, 'push');
    expect(decodeShared(link(blanks))).toBeUndefined();
    expect(push.mock.calls.length).toBeLessThan(8);
    push.mockRestore();
  });
});
