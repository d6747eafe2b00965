import type { z } from 'zod';
import { prove } from '../../providers/authentication/prove';
import { providers } from '../../providers';
import type { Provider } from '../../providers/provider';
import { receive } from '../../providers/receive';
import { schemas } from '../../providers/schemas';

/** What the suite is run over: the contract as it is, or a copy of it that was broken on purpose. */
export interface Contract {
  readonly providers: Readonly<Record<string, Provider>>;
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  readonly receive: typeof receive;
  readonly prove: typeof prove;
}

export const contract: Contract = { providers, schemas, receive, prove };
