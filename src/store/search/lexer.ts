import { OslerError } from '../../errors.ts';

/** `text` as it stands in the filter; `value` without quotes. A name may have several parts: metrics."val/auroc". */
export interface Token {
  kind: 'name' | 'string' | 'number' | 'operator' | 'open' | 'close' | 'comma';
  text: string;
  /** Of a name its parts; of a string what stands between the quotes. */
  parts: string[];
}

const SPACE = /\s+/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])/y;
const OPERATOR = /!=|<>|<=|>=|==|=|<|>/y;
const PART = /`([^`]*)`|"([^"]*)"|'([^']*)'|([A-Za-z_][\w$#@-]*|\d+)/y;
const PUNCTUATION: Record<string, Token['kind']> = { '(': 'open', ')': 'close', ',': 'comma' };

/** Cuts a filter or an order into tokens. Throws USAGE at what is none. */
export function tokens(text: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (match(SPACE) !== null) continue;
    const start = at;
    const sign = PUNCTUATION[text[at]!];
    if (sign !== undefined) {
      at += 1;
      out.push({ kind: sign, text: text[start]!, parts: [] });
    } else if (match(NUMBER) !== null) {
      out.push({ kind: 'number', text: text.slice(start, at), parts: [] });
    } else if (match(OPERATOR) !== null) {
      out.push({ kind: 'operator', text: text.slice(start, at), parts: [] });
    } else {
      const quoted = /['"]/.test(text[at]!);
      const parts: string[] = [];
      for (let more = true; more; ) {
        const part = match(PART);
        if (part === null) break;
        parts.push(part[1] ?? part[2] ?? part[3] ?? part[4]!);
        more = text[at] === '.';
        if (more) at += 1;
      }
      if (parts.length === 0 || text[at - 1] === '.')
        throw new OslerError('USAGE', `Invalid clause(s) in filter string: '${text.slice(start)}'`);
      const kind = quoted && parts.length === 1 ? 'string' : 'name';
      out.push({ kind, text: text.slice(start, at), parts });
    }
  }
  return out;
}
