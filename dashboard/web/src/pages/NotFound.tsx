import { Anchor } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Empty } from '../components/Empty';

export default function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty icon={IconMapQuestion} title={t('notFound.title')} page>
      <Anchor component={Link} to="/">
        {t('notFound.home')}
      </Anchor>
    </Empty>
  );
}
