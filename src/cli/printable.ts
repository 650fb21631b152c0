/** A text with what would steer the terminal made visible: names of files and columns are whatever somebody wrote. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}
