// How Markdown looks while it is edited: in the colours of the page, light and dark.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const kDimmed = 'var(--mantine-color-dimmed)';
const kLink = 'var(--mantine-color-anchor)';

export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.heading, fontWeight: '700' },
    { tag: tags.strong, fontWeight: '700' },
    { tag: tags.emphasis, fontStyle: 'italic' },
    { tag: tags.strikethrough, textDecoration: 'line-through' },
    { tag: [tags.link, tags.url], color: kLink },
    { tag: [tags.meta, tags.processingInstruction, tags.quote, tags.contentSeparator], color: kDimmed },
  ]),
);
