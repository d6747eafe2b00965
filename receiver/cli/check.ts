/** One thing that doctor looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found; what to do about it, unless it is ok. */
  readonly message: string;
}

/** It is as it should be. */
export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message };
}

/** It works, and is probably not meant, or can't be told. */
export function warn(name: string, message: string): Check {
  return { name, state: 'warn', message };
}

/** The receiver can't work like this, or not wholly. */
export function fail(name: string, message: string): Check {
  return { name, state: 'fail', message };
}
