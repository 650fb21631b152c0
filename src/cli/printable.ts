/** A text with what would steer the terminal made visible: names of files and columns are whatever somebody wrote. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}

/** The same for what stands within a line: what somebody wrote begins no line of its own. */
export function inLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Lines of ours, which may be coloured, without anything else that would steer the terminal. */
export function coloured(text: string): string {
  return text.replace(/\p{Cc}\[[\d;]*m|[\p{Cc}\p{Cf}]/gu, (found) =>
    found.startsWith('\u001b[') || found === '\n' || found === '\t' ? found : '\ufffd',
  );
}
