import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const kKeys: [string, string][] = [
  ['j', 'next'],
  ['k', 'previous'],
  ['x', 'select'],
  ['Enter', 'open'],
  ['a', 'approve'],
  ['n', 'revise'],
  ['r', 'reject'],
  ['?', 'help'],
];

export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('approvals.keys')}>
      <Table>
        <Table.Tbody>
          {kKeys.map(([key, name]) => (
            <Table.Tr key={key}>
              <Table.Td w={80}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{t(`approvals.keyHelp.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
