/**
 * References to environment variables: `${NAME}`, and `${NAME:-default}` for one that is unset or empty.
 *
 * They are resolved after the YAML is parsed, so that a value can never be read as YAML. But YAML itself would stumble
 * over their braces (`{ token: ${TOKEN} }`), so they are hidden from it: each of their characters is moved into
 * Unicode's private use area, one for one, which leaves every position in the text as it was.
 */

const WRITTEN = /\$\{[^}\n"':]*(?::-[^}\n]*)?\}/g;
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

/** Puts the environment's values into a piece of text with hidden references. What they hold is not looked at again. */
export function resolveReferences(text: string, environment: Environment): Resolved {
  // A mistyped reference must not become a secret that anybody can read in the documentation.
  if (text.replace(HIDDEN, '').includes('${')) return { ok: false, message: 'holds ${ without the } that ends it. Write ${NAME} or ${NAME:-default}.' };
  const messages: string[] = [];
  const value = text.replace(HIDDEN, (hidden) => {
    const resolved = lookUp(show(hidden), environment);
    if (resolved.ok) return resolved.value;
    messages.push(resolved.message);
    return '';
  });
  return messages.length === 0 ? { ok: true, value } : { ok: false, message: messages.join(' ') };
}

function lookUp(reference: string, environment: Environment): Resolved {
  const [, name, fallback] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?\}$/.exec(reference) ?? [];
  if (name === undefined) return { ok: false, message: 'holds a reference that is not well formed. Write ${NAME} or ${NAME:-default}, the name in letters, digits and _.' };
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (fallback !== undefined) return { ok: true, value: value === undefined || value === '' ? fallback : value };
  if (value !== undefined) return { ok: true, value };
  return { ok: false, message: `needs the environment variable ${name}, which is not set. Set it, or write a default: \${${name}:-…}.` };
}

function show(hidden: string): string {
  return hidden.replace(/[\uE009\uE020-\uE07E]/g, (character) => String.fromCharCode(character.charCodeAt(0) - PRIVATE_USE));
}
