import { type Logger, type LoggerOptions, pino } from 'pino';

/** What libraries would write of a request's headers: they hold keys, of callers and of patients. */
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

/** Bytes of lines that nobody took yet; more are dropped: a log that stands still must not hold up answers, nor fill the memory. */
const MOST = 4 * 2 ** 20;

/**
 * Lines of JSON on stderr. They are written behind the server's back, and what can't be written (a disk that is full, a reader that went
 * away or stands still) is dropped.
 */
export function openLogger(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: MOST });
  destination.on('error', () => undefined);
  return pino(loggerOptions(level), destination);
}
