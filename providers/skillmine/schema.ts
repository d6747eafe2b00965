import { z } from 'zod';

/**
 * What Skillmine's page says of a body: `event_time` a date, `event_type` a string, `current_context` and `data` anything.
 * More keys are no drift.
 */
export const skillmineSchema = z.object({
  event_type: z.string().min(1),
  event_time: z.union([z.string().min(1), z.number()]),
  current_context: z.unknown().optional(),
  data: z.unknown().optional(),
});
