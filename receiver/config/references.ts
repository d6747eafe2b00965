/**
 * References to environment variables: `${NAME}`, and `${NAME:-default}` for one that is unset or empty. And to files
 * that hold a value, as containers are given secrets: `${file:/run/secrets/name}`.
 *
 * They are resolved after the YAML is parsed, so that a value can never be read as YAML. But YAML itself would stumble
 * over their braces (`{ token: ${TOKEN} }`), so they are hidden from it: each of their characters is moved into
 * Unicode's private use area, one for one, which leaves every position in the text as it was.
 */

const WRITTEN = /\$\{(?:file:[^}\n"']*|[^}\n"':]*(?::-[^}\n]*)?)\}/g;
const HIDDEN = /\uE024\uE07B[^\uE07D]*\uE07D/g;
const PRIVATE_USE = 0xe000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text with its references hidden from a YAML parser. */
export function hideReferences(text: string): string {
  return text.replace(WRITTEN, (reference) => reference.replace(/[\t -~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + PRIVATE_USE)));
}

/** The reverse of {@link hideReferences}. */
export function showReferences(text: string): string {
  return text.replace(HIDDEN, show);
}

export type Resolved = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

/** Where the values come from. */
export interface References {
  readonly environment: Environment;
  /** Reads the file of a `${file:…}`. */
  readonly file: (path: string) => Resolved;
}

const WRITE = 'Write ${NAME}, ${NAME:-default} or ${file:path}';

/** Puts the values of the environment and of files into a piece of text with hidden references. What they hold is not looked at again. */
export function resolveReferences(text: string, references: References): Resolved {
  // A mistyped reference must not become a secret that anybody can read in the documentation.
  if (text.replace(HIDDEN, '').includes('${')) return { ok: false, message: `holds \${ without the } that ends it. ${WRITE}.` };
  const messages: string[] = [];
  const value = text.replace(HIDDEN, (hidden) => {
    const resolved = lookUp(show(hidden), references);
    if (resolved.ok) return resolved.value;
    messages.push(resolved.message);
    return '';
  });
  return messages.length === 0 ? { ok: true, value } : { ok: false, message: messages.join(' ') };
}

function lookUp(reference: string, { environment, file }: References): Resolved {
  const path = /^\$\{file:(.*)\}$/.exec(reference)?.[1];
  if (path !== undefined) return fromFile(path, file);
  const [, name, fallback] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?\}$/.exec(reference) ?? [];
  if (name === undefined) return { ok: false, message: `holds a reference that is not well formed. ${WRITE}, the name in letters, digits and _.` };
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (fallback !== undefined) return { ok: true, value: value === undefined || value === '' ? fallback : value };
  if (value !== undefined) return { ok: true, value };
  return { ok: false, message: `needs the environment variable ${name}, which is not set. Set it, or write a default: \${${name}:-…}.` };
}

/** No default: a secret that was not mounted would be replaced in silence by one that stands in a file for all to read. */
function fromFile(path: string, read: References['file']): Resolved {
  if (path.trim() === '') return { ok: false, message: 'holds a reference to a file without its path. Write ${file:/run/secrets/name}.' };
  if (path.includes(':-')) return { ok: false, message: 'gives a file a default, which a file does not have. Write ${file:path} alone, and see to it that the file is there.' };
  return read(path);
}

function show(hidden: string): string {
  return hidden.replace(/[\uE009\uE020-\uE07E]/g, (character) => String.fromCharCode(character.charCodeAt(0) - PRIVATE_USE));
}
