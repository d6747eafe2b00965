import { z } from 'zod';

/**
 * Holds a value against the one schema that its shape calls for, so that an issue names a field. A union can say only
 * that the whole fits none of its branches.
 */
export function byShape(choose: (value: unknown) => z.ZodType): z.ZodType {
  return z.unknown().check(({ value, issues }) => {
    for (const { message, path } of choose(value).safeParse(value).error?.issues ?? []) issues.push({ code: 'custom', message, path: [...path], input: value });
  });
}
