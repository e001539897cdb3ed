// Marks what comments are about, by the CSS Custom Highlight API, which leaves the document's elements alone.
import type { ApprovalComment } from '../api/types';
import { highlightName } from './colors';

// Returns what takes the marks away again.
export function highlight(root: HTMLElement, comments: ApprovalComment[]): () => void {
  if (!('highlights' in CSS)) return () => undefined;
  const ranges = new Map<string, Range[]>();
  for (const comment of comments) {
    const range = comment.selectedText ? findText(root, comment.selectedText) : undefined;
    if (!range) continue;
    const name = highlightName(comment.highlightColor);
    ranges.set(name, [...(ranges.get(name) ?? []), range]);
  }
  for (const [name, list] of ranges) CSS.highlights.set(name, new Highlight(...list));
  return () => ranges.forEach((_, name) => CSS.highlights.delete(name));
}

// The first place of the text below `root`, which may run over several elements. White space is not compared: a
// selection has line ends where the elements have none.
export function findText(root: HTMLElement, wanted: string): Range | undefined {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const places: { node: Text; offset: number }[] = [];
  let all = '';
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node as Text;
    for (let offset = 0; offset < text.data.length; ++offset) {
      const char = text.data.charAt(offset);
      if (/\s/.test(char)) continue;
      all += char;
      places.push({ node: text, offset });
    }
  }
  const needle = wanted.replace(/\s+/g, '');
  const start = needle ? all.indexOf(needle) : -1;
  const first = places[start];
  const last = places[start + needle.length - 1];
  if (start < 0 || !first || !last) return undefined;
  const range = document.createRange();
  range.setStart(first.node, first.offset);
  range.setEnd(last.node, last.offset + 1);
  return range;
}
