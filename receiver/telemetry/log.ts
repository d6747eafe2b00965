import pino from 'pino';

/** What the receiver's parts ask of a log: pino has it, and so has a test's array. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * JSON lines on standard output. Callers pass fields by name, never a request, a body or a header, so that there is
 * nothing to redact; the paths below are a second lock on that door.
 */
export function createLog(level = 'info'): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['headers', 'body', 'secret', 'secrets', 'token', 'authorization', '*.secret', '*.secrets', '*.token'], censor: '[redacted]' },
  });
}

/** For embedding in a program that has a log of its own, or wants none. */
export const silentLog: Log = pino({ enabled: false });

/** What a log says about an error: a code or a name, never its message, which may quote what it was about. */
export function errorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : 'unknown';
}
