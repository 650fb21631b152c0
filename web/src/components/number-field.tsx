import { NumberInput, type NumberInputProps } from '@mantine/core';
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';

/**
 * A number in digits. The library drops the letter of `1e9` in silence and goes on with 19: here what follows the letter does not count,
 * and the field says why; such a number that is pasted is taken as what it is.
 */
export function NumberField({ onChange, error, ...props }: NumberInputProps) {
  const [lettered, setLettered] = useState(false);
  const onKeyDown = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (command || event.key.length > 1) {
      if (['Backspace', 'Delete', 'Escape'].includes(event.key)) setLettered(false);
    } else if (/[a-z]/i.test(event.key)) setLettered(true);
    else if (lettered) event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text').trim();
    if (!/^[+-]?[\d.]+e[+-]?\d+$/i.test(text)) return;
    event.preventDefault();
    setLettered(false);
    onChange?.(Number(text));
  };
  return (
    <NumberInput
      {...props}
      error={lettered ? 'In digits: 10000 for 1e4.' : error}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      onFocus={() => setLettered(false)}
      {...(onChange === undefined ? {} : { onChange })}
    />
  );
}
