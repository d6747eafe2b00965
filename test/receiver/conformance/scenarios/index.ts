import { arriving } from './arriving';
import { breaking } from './breaking';
import { forging } from './forging';
import { keepingSecrets } from './keeping-secrets';
import { malforming } from './malforming';
import type { Scenario } from './scenario';

/**
 * What a receiver of webhooks has to stand, by number.
 * After https://github.com/luckyteagirl/webhook-receiver-conformance, with Basic, keys, one-time passwords and tokens beside signatures.
 */
export const scenarios: readonly Scenario[] = [...arriving, ...breaking, ...forging, ...malforming, ...keepingSecrets].sort((one, other) => one.number - other.number);
