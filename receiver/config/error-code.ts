import { isRecord } from './record';

/** The `code` of an error of Node's own. */
export function errorCode(error: unknown): string | undefined {
  return isRecord(error) && typeof error.code === 'string' ? error.code : undefined;
}
