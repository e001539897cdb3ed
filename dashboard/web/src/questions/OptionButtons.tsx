import { Button, Group, Input } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import type { Question } from '../api/types';

interface Props {
  question: Question;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

// Options as buttons that stay pressed; one alone unless the question takes several.
export function OptionButtons({ question: { options, allowMultiple }, chosen, onChange }: Props) {
  const { t } = useTranslation();
  const label = useId();

  function after(option: string): string[] {
    if (chosen.includes(option)) return chosen.filter((other) => other !== option);
    if (!allowMultiple) return [option];
    // In the order of the question, whatever was pressed first.
    return options.filter((other) => other === option || chosen.includes(other));
  }

  return (
    <div role="group" aria-labelledby={label}>
      <Input.Label id={label} labelElement="div" mb={4}>
        {allowMultiple ? t('questions.chooseAny') : t('questions.chooseOne')}
      </Input.Label>
      <Group gap="xs">
        {options.map((option) => {
          const pressed = chosen.includes(option);
          return (
            <Button
              key={option}
              variant={pressed ? 'filled' : 'default'}
              aria-pressed={pressed}
              leftSection={pressed ? <IconCheck size={16} aria-hidden /> : null}
              onClick={() => onChange(after(option))}
              h="auto"
              mih={36}
              py={6}
              styles={{ label: { whiteSpace: 'normal', textAlign: 'start', lineHeight: 1.45 } }}
            >
              {option}
            </Button>
          );
        })}
      </Group>
    </div>
  );
}
