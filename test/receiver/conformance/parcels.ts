/*
 * Deliveries as the providers send them, but for the credentials.
 */
import { providers } from '../../../providers';
import type { ProviderName } from '../../../providers';
import type { JsonObject, JsonValue } from '../../../providers/json/json';
import type { Provider, Sample } from '../../../providers/provider';
import { readSample } from '../../support/samples';
import type { Parcel } from './subject';

type Path = readonly [string, ...string[]];

/** A sample, its event, and where the thing that it is about is named. */
interface Mention {
  readonly sample: string;
  readonly event: string;
  readonly thing: Path;
}

/** What makes a thing, and what changes it. */
const stories: Readonly<Record<ProviderName, readonly [making: Mention, change: Mention]>> = {
  cometchat: [
    { sample: 'message_sent', event: 'message_sent', thing: ['data', 'message', 'id'] },
    { sample: 'message_edited', event: 'message_edited', thing: ['data', 'message', 'data', 'entities', 'on', 'entity', 'id'] },
  ],
  sceyt: [
    { sample: 'message.sent', event: 'message.sent', thing: ['data', 'id'] },
    { sample: 'message.edited', event: 'message.edited', thing: ['payload', 'message', 'id'] },
  ],
  // It sends new messages only: a reply comes before what it replies to.
  spika: [
    { sample: 'message.new', event: 'message.new', thing: ['message', 'id'] },
    { sample: 'message.new.reply', event: 'message.new', thing: ['message', 'replyId'] },
  ],
  skillmine: [
    { sample: 'GROUP_CREATED', event: 'GROUP_CREATED', thing: ['data', 'ref_id'] },
    { sample: 'GROUP_UPDATED', event: 'GROUP_UPDATED', thing: ['data', 'ref_id'] },
  ],
  cidaas: [
    { sample: 'GROUP_CREATED', event: 'GROUP_CREATED', thing: ['objectId'] },
    { sample: 'GROUP_MODIFIED', event: 'GROUP_MODIFIED', thing: ['objectId'] },
  ],
};

const nonce = `${process.pid.toString(36)}${Date.now().toString(36)}`;
let sequence = 0;

/** What makes a thing that never was before. */
export function freshParcel(provider: ProviderName, mark: string): Parcel {
  return parcelOf(fresh(provider, stories[provider][0]), mark);
}

/** What makes a thing, and what changes that very thing. */
export function pairOfParcels(provider: ProviderName, first: string, second: string): readonly [Parcel, Parcel] {
  const [making, change] = stories[provider];
  const [made, changed] = [fresh(provider, making), fresh(provider, change)];
  const about = { ...changed, body: withValueAt(changed.body, change.thing, valueAt(made.body, making.thing)) as JsonObject };
  return [parcelOf(made, first), parcelOf(about, second)];
}

/** The body of {@link freshParcel}, for changing it. */
export function bodyOf({ body }: Parcel): JsonObject {
  return JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject;
}

/** A copy with another value at a path; undefined takes the key out. */
export function withValueAt(value: JsonValue, [key, ...rest]: readonly string[], replacement: JsonValue | undefined): JsonValue {
  if (key === undefined) return replacement ?? null;
  const { [key]: old = null, ...others } = value as JsonObject;
  if (rest.length === 0 && replacement === undefined) return others;
  return { ...(value as JsonObject), [key]: withValueAt(old, rest, replacement) };
}

export function valueAt(value: JsonValue, path: readonly string[]): JsonValue {
  return path.reduce<JsonValue>((here, key) => (here as JsonObject)[key] ?? null, value);
}

function fresh(name: ProviderName, { sample, event }: Mention): Sample {
  const provider: Provider = providers[name];
  sequence += 1;
  return provider.freshen(readSample(name, sample), event, { sequence, nonce, now: new Date() });
}

function parcelOf({ headers = {}, body }: Sample, mark: string): Parcel {
  return { headers, body: Buffer.from(JSON.stringify({ ...body, conformance: mark })) };
}
