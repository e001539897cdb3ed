import { ActionIcon } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function SearchButton() {
  const { t } = useTranslation();
  return (
    <ActionIcon variant="subtle" size="lg" color="gray" aria-label={t('search.open')} onClick={spotlight.open}>
      <IconSearch size={18} />
    </ActionIcon>
  );
}
