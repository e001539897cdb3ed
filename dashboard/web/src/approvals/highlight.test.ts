import { describe, expect, it } from 'vitest';

import { findText } from './highlight';

function page(html: string): HTMLElement {
  const root = document.createElement('div');
  root.innerHTML = html;
  return root;
}

function found(html: string, wanted: string): string | undefined {
  return findText(page(html), wanted)?.toString();
}

describe('finding a text', () => {
  it('finds it within one element', () => {
    expect(found('<p>The quick fox</p>', 'quick')).toBe('quick');
  });

  it('finds the first of several places', () => {
    const root = page('<p>no</p><p id="one">yes</p><p id="two">yes</p>');
    expect(findText(root, 'yes')?.startContainer.parentElement?.id).toBe('one');
  });

  it('finds it across elements', () => {
    expect(found('<p>The <b>qu</b>i<i>ck</i> fox</p>', 'The quick fox')).toBe('The quick fox');
    expect(found('<h1>Title</h1><ul><li>one</li><li>two</li></ul>', 'Title\n\none\ntwo')).toBe('Titleonetwo');
  });

  it('does not compare white space, which a selection has of its own', () => {
    expect(found('<p>one\n    two</p>', 'one two')).toBe('one\n    two');
    expect(found('<p>one</p><p>two</p>', '  one\n\n\ttwo ')).toBe('onetwo');
    expect(found('<p>one&nbsp;two</p>', 'one two')).toBe('one\u00a0two');
  });

  it('begins and ends at the text, not at blanks around it', () => {
    expect(found('<p>  one  </p>  <p>  two  </p>', ' one two ')).toBe(`one${' '.repeat(6)}two`);
  });

  it('finds text beyond the basic plane', () => {
    expect(found('<p>a 🙂 b 日本語</p>', '🙂 b 日本')).toBe('🙂 b 日本');
  });

  it.each(['', '   ', '\n', 'absent', 'The quick fox and more', 'QUICK'])('finds nothing for %j', (wanted) => {
    expect(found('<p>The quick fox</p>', wanted)).toBeUndefined();
  });

  it('takes what looks like a pattern or like HTML as text', () => {
    expect(found('<p>cost (a+b)* [x] &lt;b&gt;</p>', '(a+b)* [x] <b>')).toBe('(a+b)* [x] <b>');
    expect(found('<p>axb</p>', 'a.b')).toBeUndefined();
  });

  it('finds nothing in nothing', () => {
    expect(found('', 'x')).toBeUndefined();
    expect(found('<p></p><!-- x -->', 'x')).toBeUndefined();
  });

  it('stays below its root', () => {
    const root = page('<p>in</p>');
    page('<p>out</p>').append(root);
    expect(findText(root, 'out')).toBeUndefined();
  });
});
