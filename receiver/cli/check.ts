/** One thing that doctor looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found; what to do about it, unless it is ok. */
  readonly message: string;
}

export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message };
}

export function warn(name: string, message: string): Check {
  return { name, state: 'warn', message };
}

export function fail(name: string, message: string): Check {
  return { name, state: 'fail', message };
}
