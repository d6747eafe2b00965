/** One thing that is wrong with a configuration. */
export interface Mistake {
  /** Where: `sources[1].auth.secret`; empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1; absent for a configuration that came as an object. */
  readonly line?: number;
  /** What is wrong and what to write instead. Never holds a value of the file. */
  readonly message: string;
}

/** Something that works, and that is probably not meant. */
export interface Warning {
  readonly path: string;
  readonly message: string;
}

/** A configuration that can't be used. Its message names every mistake at once, and no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: 'config_invalid' | 'config_missing' | 'config_unreadable';
  readonly mistakes: readonly Mistake[];

  constructor(code: ConfigError['code'], summary: string, mistakes: readonly Mistake[] = [], options?: ErrorOptions) {
    super([summary, ...mistakes.map(lineOf)].join('\n'), options);
    this.code = code;
    this.mistakes = mistakes;
  }
}

/** `a[1].b` for ['a', 1, 'b']. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
}

/** The error for a configuration with these mistakes. */
export function invalid(name: string, mistakes: readonly Mistake[]): ConfigError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return new ConfigError('config_invalid', `${name} has ${count}. Correct what is listed here:`, mistakes);
}

function lineOf({ path, line, message }: Mistake): string {
  const where = [path, ...(line === undefined ? [] : [`(line ${line})`])].filter((part) => part !== '').join(' ');
  return `  ${where === '' ? '' : `${where}: `}${message}`;
}
