import { Box } from '@mantine/core';
import { memo, useEffect, useMemo, useRef } from 'react';

import { renderMarkdown } from '../markdown/render';
import { drawDiagrams } from '../markdown/diagrams';

// Markdown from a file of the project, which anybody may have written: inert.
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const html = useMemo(() => renderMarkdown(text), [text]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current) void drawDiagrams(box.current);
  }, [html]);
  return <Box ref={box} className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
});
