const LONGEST = 200;

/** A name from elsewhere as the audit trail can have it: one line, nothing that steers a terminal, of a length. Empty where nothing is left. */
export function plainName(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, LONGEST);
}
