import { type Logger, type LoggerOptions, pino } from 'pino';
import { LogLines } from './log-lines.ts';

const STDERR = 2;
/** Bytes of lines that nobody took yet. */
const MOST = 4 * 2 ** 20;

/** What libraries would write of a request's headers (one does, at `trace`): they hold keys, of callers and of patients. */
const NEVER = ['headers', 'req', 'res', 'busboyOptions', '*.headers'];

/** Moments as ISO 8601, levels as words, nothing of what a request carries. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: NEVER, remove: true },
  };
}

/** Lines of JSON on stderr, written behind the server's back; what nobody takes is dropped. */
export function openLogger(level: string): Logger {
  const lines = new LogLines(STDERR, MOST);
  process.once('exit', () => lines.flushSync());
  return pino(loggerOptions(level), lines);
}
