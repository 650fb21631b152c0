/** Text that is safe in HTML and in an attribute. Every name on the page passes through it. */
export function safe(text: string | number): string {
  return String(text).replace(
    /[&<>"']/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!,
  );
}

/** 0.912; a number that rounds to nothing keeps two digits. */
export function decimal(value: number): string {
  const text = value !== 0 && Math.abs(value) < 0.0005 ? value.toPrecision(2) : value.toFixed(3);
  return text.replace('-', '−');
}

/** "0.841–0.963"; "−0.248 to −0.056", as two dashes would not be read. */
export function range(low: number, high: number): string {
  return `${decimal(low)}${low < 0 ? ' to ' : '–'}${decimal(high)}`;
}

/** 91.2% */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** 12,345 */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** "mel", "mel or bcc", "mel, bcc or akiec" */
export function either(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** "1 patient", "2 patients" */
export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? '' : 's'}`;
}
