/**
 * What a header says: Node reads its bytes as Latin-1, but whoever sends more than ASCII sends UTF-8, as a form and JSON are, and a
 * patient's key must be the same key in all three. Bytes that are no UTF-8 stay as they were read.
 */
export function headerText(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
