import type { z } from 'zod';
import { assemble } from './assemble';
import type { LibraryConfig } from './assemble';
import type { Config, DestinationConfig } from './config';
import { invalid, pathText } from './mistakes';
import type { Mistake, Warning } from './mistakes';
import { destinationSchema, fileSchema, librarySchema } from './schema';
import { warningsFor } from './warnings';

export interface Parsed<Value> {
  readonly config: Value;
  readonly warnings: readonly Warning[];
}

/**
 * Checks a configuration that comes as an object, as createReceiver takes it: the shape of the file, admin optional,
 * no `${ENV}` substitution.
 * @throws ConfigError that names every mistake.
 */
export function parseConfig(written: unknown): Parsed<LibraryConfig> {
  const result = librarySchema.safeParse(written);
  if (!result.success) throw invalid('The configuration', mistakesOf(result.error).map(({ at, message }) => ({ path: pathText(at), message })));
  const config = assemble(result.data);
  return { config, warnings: warningsFor(config) };
}

/**
 * Checks one destination, as it is registered at run time.
 * @throws ConfigError that names every mistake.
 */
export function parseDestination(written: unknown): DestinationConfig {
  const result = destinationSchema.safeParse(written);
  if (!result.success) throw invalid('The destination', mistakesOf(result.error).map(({ at, message }) => ({ path: pathText(at), message })));
  return result.data;
}

/** A mistake before its place in a text is known. */
export interface RawMistake {
  readonly at: readonly PropertyKey[];
  readonly message: Mistake['message'];
}

export type FileCheck = ({ readonly ok: true } & Parsed<Config>) | { readonly ok: false; readonly mistakes: readonly RawMistake[] };

/** Checks what a file holds, with an admin token that it must have. */
export function checkFile(written: unknown): FileCheck {
  const result = fileSchema.safeParse(written);
  if (!result.success) return { ok: false, mistakes: mistakesOf(result.error) };
  const config = { ...assemble(result.data), admin: { token: result.data.admin.token } };
  return { ok: true, config, warnings: warningsFor(config) };
}

/** Of several mistakes at one place the first says it: the others follow from it. */
function mistakesOf(error: z.ZodError): readonly RawMistake[] {
  const byPlace = new Map<string, RawMistake>();
  for (const { path, message } of error.issues) {
    const place = pathText(path);
    if (!byPlace.has(place)) byPlace.set(place, { at: path, message });
  }
  return [...byPlace.values()];
}
