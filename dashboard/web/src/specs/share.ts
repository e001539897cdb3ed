// A read-only copy of a spec as a link. The document is in the fragment, which browsers never send to a server.
import { notifications } from '@mantine/notifications';
import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';
import i18next from 'i18next';

import type { DocumentName, SpecDocuments } from '../api/types';

export interface SharedSpec {
  name: string;
  copiedAt: string;
  documents: Partial<Record<DocumentName, string>>;
}

// A link may be made by anybody: more than this is not unpacked.
const kMaxBytes = 4 << 20;
// So much is unpacked between two looks at the size; Deflate makes at most 1032 bytes of one.
const kStepBytes = 1024;

export function encodeShared(shared: SharedSpec): string {
  const packed = deflateSync(strToU8(JSON.stringify(shared)), { level: 9 });
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

// Nothing when the text is no such copy.
export function decodeShared(text: string): SharedSpec | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const json: unknown = JSON.parse(strFromU8(unpack(packed)));
    return isShared(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function unpack(packed: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const inflate = new Inflate((part) => {
    size += part.length;
    if (size > kMaxBytes) throw new RangeError('the copy is too large');
    parts.push(part);
  });
  for (let at = 0; at < packed.length; at += kStepBytes) {
    inflate.push(packed.subarray(at, at + kStepBytes), at + kStepBytes >= packed.length);
  }
  const whole = new Uint8Array(size);
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

function isShared(json: unknown): json is SharedSpec {
  if (typeof json !== 'object' || json === null) return false;
  const { name, copiedAt, documents } = json as Record<string, unknown>;
  if (typeof name !== 'string' || typeof copiedAt !== 'string') return false;
  if (typeof documents !== 'object' || documents === null) return false;
  return Object.values(documents).every((text) => typeof text === 'string');
}

export async function copyShareLink(name: string, documents: SpecDocuments): Promise<void> {
  const texts = Object.entries(documents).flatMap(([key, document]) => (document ? [[key, document.content]] : []));
  const shared: SharedSpec = {
    name,
    copiedAt: new Date().toISOString(),
    documents: Object.fromEntries(texts) as SharedSpec['documents'],
  };
  const link = `${window.location.origin}/share#${encodeShared(shared)}`;
  // Browsers give the clipboard to pages under TLS and to localhost alone.
  if (!window.isSecureContext) {
    window.open(link, '_blank', 'noopener');
    return;
  }
  await navigator.clipboard.writeText(link);
  notifications.show({ color: 'teal', message: i18next.t('share.copied') });
}
