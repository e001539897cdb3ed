// Mermaid diagrams, whose library is loaded only when a document has one.

let count = 0;

export async function drawDiagrams(root: HTMLElement): Promise<void> {
  const blocks = root.querySelectorAll<HTMLElement>('pre > code.language-mermaid');
  if (blocks.length === 0) return;
  const { default: mermaid } = await import('mermaid');
  const dark = document.documentElement.dataset['mantineColorScheme'] === 'dark';
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'neutral' });
  for (const block of blocks) {
    const frame = block.parentElement;
    if (!frame?.isConnected) continue;
    try {
      const { svg } = await mermaid.render(`diagram-${++count}`, block.textContent);
      const picture = document.createElement('div');
      picture.className = 'diagram';
      picture.innerHTML = svg;
      frame.replaceWith(picture);
    } catch {
      // The source stays, which says more than an error of the library would.
      frame.classList.add('diagram-failed');
    }
  }
}
