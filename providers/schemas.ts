import type { z } from 'zod';
import type { ProviderName } from '.';
import { cidaasSchema } from './cidaas/schema';
import { cometchatSchema } from './cometchat/schema';
import { sceytSchema } from './sceyt/schema';
import { skillmineSchema } from './skillmine/schema';
import { spikaSchema } from './spika/schema';

/**
 * What each provider documents of its bodies. Run by the receiver, to note drift or to refuse it; structure alone
 * decides acceptance. The nodes ship without this file, and so without zod.
 */
export const schemas: Readonly<Record<ProviderName, z.ZodType>> = {
  cometchat: cometchatSchema,
  sceyt: sceytSchema,
  spika: spikaSchema,
  skillmine: skillmineSchema,
  cidaas: cidaasSchema,
};
