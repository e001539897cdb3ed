import { describe, expect, it } from 'vitest';

import { headingsOf, renderMarkdown } from './render';

const kElements = new Set(
  'A BLOCKQUOTE BR CODE EM H1 H2 H3 H4 H5 H6 HR LI OL P PRE S STRONG TABLE TBODY TD TH THEAD TR UL'.split(' '),
);
const kAttributes = new Set(['href', 'title', 'target', 'rel', 'id', 'class', 'start', 'tabindex']);
const kProtocols = new Set(['http:', 'https:', 'mailto:']);

// Each tries to run code, to load something, or to look like the page.
const kAttacks = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.test/x.js></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<script\n>alert(1)</script\n>',
  '<script/x>alert(1)</script>',
  '<<script>alert(1)//<</script>',
  '</p><script>alert(1)</script><p>',
  '<img src=x onerror=alert(1)>',
  '<img src="x" onerror="alert(1)" />',
  '<img/src=x/onerror=alert(1)>',
  '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
  '<img src="javascript:alert(1)">',
  '<img srcset="https://evil.test/spy.png 1x">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text x="20" y="20">x</text></a></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<math href="javascript:alert(1)">x</math>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="javascript:alert(1)"></object>',
  '<embed src="data:text/html,<script>alert(1)</script>">',
  '<applet code="x.class"></applet>',
  '<base href="https://evil.test/">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel="stylesheet" href="https://evil.test/x.css">',
  '<link rel="import" href="data:text/html,<script>alert(1)</script>">',
  '<style>body{background:url(https://evil.test/spy)}</style>',
  '<style>@import "https://evil.test/x.css";</style>',
  '<div style="background:url(javascript:alert(1))">x</div>',
  '<p style="position:fixed;inset:0">over everything</p>',
  '<body onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="jav&#x09;ascript:alert(1)">x</a>',
  '<a href=" &#14;  javascript:alert(1)">x</a>',
  '<a href="https://a.test" onclick="alert(1)">x</a>',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '<form><button formaction="javascript:alert(1)">x</button></form>',
  '<input onfocus=alert(1) autofocus>',
  '<select onfocus=alert(1) autofocus></select>',
  '<textarea onfocus=alert(1) autofocus></textarea>',
  '<keygen onfocus=alert(1) autofocus>',
  '<video><source onerror="alert(1)"></video>',
  '<video poster="javascript:alert(1)//"></video>',
  '<audio src=x onerror=alert(1)></audio>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<marquee onstart=alert(1)>x</marquee>',
  '<template><script>alert(1)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<title><img src=x onerror=alert(1)></title>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml-stylesheet href="javascript:alert(1)"?>',
  '<!DOCTYPE html><script>alert(1)</script>',
  '<x onclick=alert(1)>x</x>',
  '<custom-element onmouseover=alert(1)>x</custom-element>',
  '<p id="location" name="cookie">clobber</p>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](  javascript:alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x](java\tscript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](&#106;avascript:alert(1))',
  '[x](&#x6A&#x61&#x76&#x61script&colon;alert(1))',
  '[x](javascript&colon;alert&lpar;1&rpar;)',
  '[x](javascript&Tab;:alert(1))',
  '[x](&NewLine;javascript:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](\u00a0javascript:alert(1))',
  '[x](%6Aavascript:alert(1))',
  '[x](javascript://%0aalert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](data:image/svg+xml,<svg/onload=alert(1)>)',
  '[x](data:image/png;base64,iVBORw0KGgo=)',
  '[x](file:///etc/passwd)',
  '[x](blob:https://a.test/1)',
  '[x](view-source:https://a.test)',
  '[x](https://a.test "onmouseover=alert(1)")',
  '[x](https://a.test "\\" onmouseover=\\"alert(1)")',
  "[x](https://a.test'onmouseover=alert(1))",
  '[x](https://a.test"onmouseover="alert(1))',
  '[x]: javascript:alert(1)\n\n[x]',
  '[x]: <java&#115;cript:alert(1)> "title"\n\n[x][]',
  '[<img src=x onerror=alert(1)>](https://a.test)',
  '[![x](javascript:alert(1))](javascript:alert(2))',
  '<javascript:alert(1)>',
  '<JAVASCRIPT:alert(1)>',
  '<https://a.test/"onmouseover="alert(1)>',
  'https://a.test/"onmouseover="alert(1)',
  'javascript://a.test/%0aalert(1)',
  '![x](https://evil.test/spy.png)',
  '![x](javascript:alert(1))',
  '![x](x" onerror="alert(1))',
  '![" onerror="alert(1)](x)',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)',
  '```"><script>alert(1)</script>\ncode\n```',
  '```js" onmouseover="alert(1)\ncode\n```',
  '```\n</code></pre><script>alert(1)</script>\n```',
  '```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]\nclick A "javascript:alert(1)"\n```',
  '`<img src=x onerror=alert(1)>`',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '\\<script>alert(1)\\</script>',
  '# " onclick="alert(1)',
  '# x {onclick=alert(1)}',
  '**<b onclick=alert(1)>x</b>**',
  'a\u0000<script\u0000>alert(1)</script>',
  '\u202e<script>alert(1)</script>',
  '| a |\n| :-: |\n| <img src=x onerror=alert(1)> |',
  '- [x] <input type="checkbox" onclick=alert(1)>',
];

// Where an attack may stand.
const kPlaces: Record<string, (attack: string) => string> = {
  'by itself': (attack) => attack,
  'after a paragraph': (attack) => `text ${attack} text`,
  'in a list': (attack) => `- ${attack.replaceAll('\n', '\n  ')}`,
  'in a quote': (attack) => attack.replaceAll(/^/gm, '> '),
  'in a heading': (attack) => `## ${attack.replaceAll('\n', ' ')}`,
  'in a table': (attack) => `| a |\n| - |\n| ${attack.replaceAll('\n', ' ')} |`,
  'as a label': (attack) => `[${attack}](https://a.test)`,
  'as a title': (attack) => `[x](https://a.test "${attack}")`,
};

function rendered(text: string): HTMLElement {
  const page = document.createElement('div');
  page.innerHTML = renderMarkdown(text);
  return page;
}

// What of the page could do something, or come from elsewhere.
function harmOf(page: HTMLElement): string[] {
  return [...page.querySelectorAll('*')].flatMap((element) => {
    const harm = kElements.has(element.tagName) ? [] : [element.tagName];
    for (const { name, value } of element.attributes) {
      if (!kAttributes.has(name)) harm.push(`${element.tagName} ${name}=${value}`);
      if (name === 'href' && !kProtocols.has(new URL(value, 'https://here.test').protocol)) harm.push(value);
      if (name === 'id' && !value.startsWith('user-content-')) harm.push(`id=${value}`);
    }
    return harm;
  });
}

describe.each(Object.entries(kPlaces))('an attack %s', (_, place) => {
  it.each(kAttacks)('is inert: %s', (attack) => {
    expect(harmOf(rendered(place(attack)))).toEqual([]);
  });
});

describe('a document', () => {
  it('reads as Markdown', () => {
    const page = rendered(
      '# Title\n\nSome *soft* and **loud** `code`.\n\n> said\n\n1. one\n2. two\n\n```ts\nlet a;\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |',
    );
    expect(page.querySelector('h1')?.textContent).toBe('Title');
    expect(page.querySelector('p')?.innerHTML).toBe('Some <em>soft</em> and <strong>loud</strong> <code>code</code>.');
    expect(page.querySelectorAll('ol > li')).toHaveLength(2);
    expect(page.querySelector('pre > code')?.className).toBe('language-ts');
    expect([...page.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual(['1', '2']);
  });

  it('shows HTML as it is written', () => {
    expect(rendered('a <b>c</b> &amp; <!-- d -->').textContent.trim()).toBe('a <b>c</b> & <!-- d -->');
  });

  it('opens links elsewhere, without telling where from', () => {
    for (const text of ['[x](https://a.test/b?c=d#e)', '<https://a.test/b?c=d#e>', 'https://a.test/b?c=d#e']) {
      const link = rendered(text).querySelector('a');
      expect(link?.getAttribute('href')).toBe('https://a.test/b?c=d#e');
      expect(link?.target).toBe('_blank');
      expect(link?.rel).toBe('noopener noreferrer nofollow');
    }
  });

  it('says the same however often it is rendered', () => {
    const text = '# A\n# A\n- [x] b';
    expect(renderMarkdown(text)).toBe(renderMarkdown(text));
  });
});

describe('headings', () => {
  const kText = [
    '# One',
    '## Two words!',
    '# One',
    '### One 2',
    '# **Bold** and `code` and [link](https://a.test)',
    '# 要件',
    '# ???',
    '# ???',
    'Set\nin two lines\n===',
    '```\n# not one\n```',
  ].join('\n\n');

  it('are listed with their levels and as they read', () => {
    expect(headingsOf(kText).map(({ level, text }) => `${level} ${text}`)).toEqual([
      '1 One',
      '2 Two words!',
      '1 One',
      '3 One 2',
      '1 Bold and code and link',
      '1 要件',
      '1 ???',
      '1 ???',
      '1 Set in two lines',
    ]);
  });

  it('have the ids of the rendered document, each its own', () => {
    const ids = headingsOf(kText).map(({ id }) => id);
    const page = rendered(kText);
    expect([...page.querySelectorAll('h1, h2, h3')].map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(0, 4)).toEqual([
      'user-content-one',
      'user-content-two-words',
      'user-content-one-2',
      'user-content-one-2-2',
    ]);
  });

  it.each(['location', 'cookie', 'body', 'forms', '__proto__', 'constructor', 'attributes'])(
    'called %s shadow nothing of the page',
    (name) => {
      const [heading] = headingsOf(`# ${name}`);
      expect(heading?.id.startsWith('user-content-')).toBe(true);
      expect(rendered(`# ${name}`).querySelector('h1')?.id).toBe(heading?.id);
    },
  );
});

describe('task marks', () => {
  it.each([
    ['- [ ] a', '☐ a'],
    ['- [x] a', '☑ a'],
    ['- [X] a', '☑ a'],
    ['- [-] a', '◐ a'],
    ['- [~] a', '⊘ a'],
    ['* [x] 1.1 a', '☑ 1.1 a'],
    ['1. [ ] a', '☐ a'],
    ['- [x]a', '[x]a'],
    ['- [y] a', '[y] a'],
    ['- a [x] b', 'a [x] b'],
    ['- `[x]` a', '[x] a'],
  ])('%s reads %s', (text, read) => {
    expect(rendered(text).querySelector('li')?.textContent).toBe(read);
  });

  it.each(['[x] a', '# [x] a', '> [ ] a', '| [x] a |\n|---|'])('stand in lists alone: %j', (text) => {
    expect(renderMarkdown(text)).not.toMatch(/[☐☑◐⊘]/);
  });

  it('stand beside formatted text and in nested lists', () => {
    const page = rendered('- [x] **a**\n  - [-] b\n\n    _c_');
    expect(page.textContent.replaceAll(/\s+/g, ' ').trim()).toBe('☑ a ◐ b c');
  });
});
