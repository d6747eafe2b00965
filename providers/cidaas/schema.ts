import { z } from 'zod';

/**
 * The body that cidaas publishes (one sample, of its ID validator). Only the event and its time are asked for: other
 * events may leave out what does not concern them, and more keys are no drift.
 */
export const cidaasSchema = z.object({
  eventtype: z.string().min(1),
  createTime: z.iso.datetime({ offset: true }),
  client_id: z.string().optional(),
  tenantKey: z.string().optional(),
  actorId: z.string().optional(),
  metaData: z.record(z.string(), z.unknown()).optional(),
  objectId: z.string().optional(),
  objectType: z.string().optional(),
});
