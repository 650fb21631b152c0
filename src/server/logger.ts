import { type Logger, pino } from 'pino';
import { LogLines } from './log-lines.ts';

const STDERR = 2;
/** Bytes of lines that nobody took yet. */
const MOST = 4 * 2 ** 20;

/** Lines of JSON on stderr, written behind the server's back; what nobody takes is dropped. */
export function openLogger(level: string): Logger {
  const lines = new LogLines(STDERR, MOST);
  process.once('exit', () => lines.flushSync());
  return pino(
    { level, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    lines,
  );
}
