import { Input, SegmentedControl, Text } from '@mantine/core';
import { useId } from 'react';

export type Decision = 'likeliest' | 'balanced';

const WORDS: Record<Decision, string> = {
  likeliest:
    'Each image is decided for its most probable class: most images are right so, and a rare class is named seldom.',
  balanced:
    'A class is held against how common it is, so that rare classes are found like common ones, at the price of more images wrongly called rare. How much, validation decides. Probabilities and AUROC stay as they are.',
};

interface Props {
  value: Decision;
  onChange: (next: Decision) => void;
  /** What the recipe says. */
  preset: Decision;
}

/** Which of several classes an image is decided for, and what that does. */
export function DecisionField({ value, onChange, preset }: Props) {
  const id = useId();
  return (
    <Input.Wrapper label="Which class is decided for" labelElement="div" labelProps={{ id }}>
      <SegmentedControl
        display="flex"
        w="fit-content"
        aria-labelledby={id}
        data={[
          { value: 'likeliest', label: 'the most probable' },
          { value: 'balanced', label: 'balanced' },
        ]}
        value={value}
        onChange={(next) => onChange(next as Decision)}
      />
      <Text size="sm" c="dimmed" mt={6} maw={720}>
        {WORDS[value]}
        {value === preset && ' As the recipe has it.'}
      </Text>
    </Input.Wrapper>
  );
}
