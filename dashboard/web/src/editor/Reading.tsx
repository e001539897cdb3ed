import { NavLink, Paper, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { Markdown } from '../components/Markdown';
import { headingsOf } from '../markdown/render';

// A document as it reads, with its contents beside it where there is room.
export function Reading({ text }: { text: string }) {
  const { t } = useTranslation();
  const headings = useMemo(() => headingsOf(text).filter(({ level }) => level <= 3), [text]);
  if (!text.trim()) return <Text c="dimmed">{t('editor.empty')}</Text>;
  return (
    <div className="reading">
      <Paper withBorder p={{ base: 'md', sm: 'xl' }} component="article">
        <Markdown text={text} />
      </Paper>
      {headings.length > 2 && (
        <nav className="reading-contents" aria-label={t('editor.contents')}>
          <Text size="xs" fw={600} c="dimmed" mb={4}>
            {t('editor.contents')}
          </Text>
          {headings.map((heading) => (
            <NavLink
              key={heading.id}
              href={`#${heading.id}`}
              label={heading.text}
              pl={8 + 12 * (heading.level - 1)}
              py={4}
              styles={{ label: { fontSize: 13 } }}
            />
          ))}
        </nav>
      )}
    </div>
  );
}
