import type { Config } from './config';
import { present } from './fields';
import type { WrittenFile } from './schema';

/** A configuration as the library takes it: the API and the inspector are there only with an admin token. */
export type LibraryConfig = Omit<Config, 'admin'> & { readonly admin?: Config['admin'] };

/** What was written, checked by the schema, as the receiver uses it. */
export function assemble({ sources, ...written }: WrittenFile): LibraryConfig {
  return { ...present(written), sources };
}
