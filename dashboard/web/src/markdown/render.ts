// Markdown to HTML that can't run anything: no HTML of the document passes, and the result is sanitised all the same.
import DOMPurify from 'dompurify';
import MarkdownIt, { type Token } from 'markdown-it';

export interface Heading {
  level: number;
  text: string;
  id: string;
}

const kTaskMarks: Record<string, string> = { ' ': '☐', x: '☑', '-': '◐', '~': '⊘' };

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });

markdown.core.ruler.push('heading_ids', (state) => {
  const used = new Set<string>();
  state.tokens.forEach((token, i) => {
    if (token.type !== 'heading_open') return;
    token.attrSet('id', headingId(state.tokens[i + 1]?.content ?? '', used));
  });
});

markdown.renderer.rules['link_open'] = (tokens, i, options, _env, self) => {
  tokens[i]?.attrSet('target', '_blank');
  tokens[i]?.attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, i, options);
};

// Check boxes of task lists, in the four states of this workflow.
markdown.core.ruler.after('inline', 'task_marks', (state) => {
  state.tokens.forEach((token, i) => {
    const first = token.children?.[0];
    // An item, its paragraph, the text of that: brackets elsewhere are what they are.
    if (first?.type !== 'text' || state.tokens[i - 2]?.type !== 'list_item_open') return;
    first.content = first.content.replace(
      /^\[([ x~-])\](?=\s)/i,
      (mark, mean: string) => kTaskMarks[mean.toLowerCase()] ?? mark,
    );
  });
});

export function renderMarkdown(text: string): string {
  // What scrolls must be reachable by keyboard. Only the renderer writes tags: those of the document are escaped.
  const html = markdown.render(text).replaceAll('<pre>', '<pre tabindex="0">');
  return DOMPurify.sanitize(html, {
    ADD_ATTR: ['target'],
    // Pictures of other servers would tell them who reads.
    FORBID_TAGS: ['img', 'style', 'form', 'input', 'button', 'video', 'audio', 'picture', 'source', 'svg', 'math'],
    FORBID_ATTR: ['style'],
    SANITIZE_NAMED_PROPS: true,
  });
}

export function headingsOf(text: string): Heading[] {
  const used = new Set<string>();
  const tokens = markdown.parse(text, {});
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading_open') return [];
    const content = tokens[i + 1]?.content ?? '';
    return [
      { level: Number(token.tag.slice(1)), text: plainText(tokens[i + 1]), id: kIdPrefix + headingId(content, used) },
    ];
  });
}

// What SANITIZE_NAMED_PROPS puts before ids, so that none of them shadows a property of the page.
const kIdPrefix = 'user-content-';

// As it reads, without the marks of Markdown.
function plainText(inline: Token | undefined): string {
  const words = inline?.children?.map((child) => (child.type === 'softbreak' ? ' ' : child.content)) ?? [];
  return words.join('');
}

function headingId(text: string, used: Set<string>): string {
  const base =
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'section';
  let id = base;
  for (let n = 2; used.has(id); ++n) id = `${base}-${n}`;
  used.add(id);
  return id;
}
