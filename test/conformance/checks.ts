import type { SchemeName } from '../../providers/authentication/guard';
import type { Delivery, EventEntry, Provider, Sample } from '../../providers/provider';
import type { Verdict } from '../../providers/verdict';
import { RECEIVED_AT, sampleDelivery } from '../support/delivery';
import type { Contract } from './contract';
import { CURRENT, FOREIGN, PREVIOUS, credentialHeader, credentials, guardOf, withHeaders } from './guards';
import type { Secrets } from './guards';
import { hostileBodies } from './hostile';
import { shapeFaults } from './shape';
import { timeless } from './timeless';

/** One provider, one event, one scheme. */
export interface Case {
  readonly contract: Contract;
  readonly provider: Provider;
  readonly event: string;
  readonly entry: EventEntry;
  readonly scheme: SchemeName;
  readonly sample: Sample;
}

export interface Check {
  /** Where it has nothing to say; it is not run there, nor reported as passed. Without it: it applies everywhere. */
  readonly applies?: (subject: Case) => boolean;
  /** What is wrong, in words; nothing when all is well. */
  readonly run: (subject: Case) => Promise<readonly string[]>;
}

/** What holds for every event of every provider under every scheme. The names read as sentences. */
export const checks: Readonly<Record<string, Check>> = {
  'normalizes to its type': {
    run: async (subject) => {
      const event = await accepted(subject, signed(subject));
      if (event === undefined) return ['was not accepted'];
      const types = [subject.entry.type, ...(subject.entry.alsoTypes ?? [])];
      return [...(types.includes(event.type) ? [] : [`type ${event.type}`]), ...shapeFaults(event, subject.provider)];
    },
  },

  'has the same id when it is delivered again': {
    run: async (subject) => {
      const first = await accepted(subject, signed(subject));
      const later = new Date(RECEIVED_AT.getTime() + 600_000);
      const second = await accepted(subject, signed(subject, CURRENT, sampleDelivery(subject.sample, { receivedAt: later })));
      return first !== undefined && first.id === second?.id && first.source === second.source ? [] : [`${first?.id} became ${second?.id}`];
    },
  },

  'has another id when it happened again': {
    run: async (subject) => {
      const ids = await Promise.all([0, 1, 2].map(async (sequence) => (await accepted(subject, signed(subject, CURRENT, fresh(subject, sequence))))?.id));
      return !ids.includes(undefined) && new Set(ids).size === 3 ? [] : [`ids ${ids.join(', ')}`];
    },
  },

  'says when it happened, whatever unit the body counts in': {
    applies: (subject) => !isTimeless(subject),
    run: async (subject) => {
      const event = await accepted(subject, signed(subject, CURRENT, fresh(subject, 0)));
      if (event === undefined) return ['was not accepted'];
      return Math.abs(Date.parse(event.time) - FRESH_AT.getTime()) < 86_400_000 ? [] : [`time ${event.time}`];
    },
  },

  'has the time of its arrival, having none of its own': {
    applies: isTimeless,
    run: async (subject) => {
      const event = await accepted(subject, signed(subject, CURRENT, fresh(subject, 0)));
      return event !== undefined && event.time === event.receivedat ? [] : [`time ${event?.time}`];
    },
  },

  'matches its schema': {
    run: async (subject) => {
      const result = subject.contract.schemas[subject.provider.name]?.safeParse(subject.sample.body);
      return result?.success === true ? [] : [result?.error.message ?? 'there is no schema'];
    },
  },

  'keeps no secret': {
    applies: ({ provider }) => provider.isSecretKey !== undefined,
    run: async (subject) => {
      const { body } = subject.sample;
      const nested = sampleDelivery({ ...subject.sample, body: { ...body, added: [{ access_token: 'hunter2' }, { name: 'access_token', value: 'hunter2' }, 'https://a.example/?access_token=hunter2'] } });
      // The parsed value is the last one, and holds no secret; the bytes do.
      const repeated = `{"access_token":"hunter2",${JSON.stringify({ ...body, access_token: '' }).slice(1)}`;
      const verdicts = await Promise.all([nested, { ...nested, body: Buffer.from(repeated) }].map((bare) => judge(subject, [CURRENT], signed(subject, CURRENT, bare), true)));
      return verdicts.flatMap((verdict) => {
        if (verdict.kind !== 'accepted') return [verdict.kind];
        const shown = JSON.stringify(verdict.events).includes('hunter2');
        return [...(verdict.redacted ? [] : ['the bytes are kept']), ...(shown ? ['the event shows it'] : [])];
      });
    },
  },

  'is refused with a wrong secret': { run: async (subject) => refusedWith(subject, [CURRENT], FOREIGN) },
  'is refused with the secret of another source': { run: async (subject) => refusedWith(subject, [PREVIOUS], CURRENT) },
  'is refused when no secret was set': {
    run: async (subject) => [
      ...(await refusedWith(subject, [''], CURRENT)),
      ...(await refusedWith(subject, [], CURRENT)),
      ...(subject.scheme === 'oauth2' || subject.entry.handshake === true ? [] : await refusedWith(subject, [''], '')),
    ],
  },

  'is refused without credentials': {
    applies: ({ entry }) => entry.handshake !== true,
    run: async (subject) => [
      ...(await refused(subject, [CURRENT], sampleDelivery(subject.sample))),
      ...(await refused(subject, [CURRENT], withHeaders(sampleDelivery(subject.sample), { [credentialHeader(subject.scheme)]: '' }))),
    ],
  },

  'is refused when its credential occurs twice': {
    run: async (subject) => {
      const once = signed(subject);
      const name = credentialHeader(subject.scheme);
      const twice = { ...once, headers: new Map([...once.headers, [name, [...(once.headers.get(name) ?? []), 'another']] as const]) };
      return refused(subject, [CURRENT], twice);
    },
  },

  'is accepted with the previous secret while it is rotated': {
    run: async (subject) => {
      const verdict = await judge(subject, [CURRENT, PREVIOUS], signed(subject, PREVIOUS));
      return verdict.kind === 'accepted' ? [] : [verdict.kind];
    },
  },

  'is refused when one byte changes': {
    applies: ({ scheme }) => scheme === 'hmac',
    run: async (subject) => {
      const original = signed(subject);
      const faults = [0, Math.floor(original.body.length / 2), original.body.length - 1].map(async (at) => {
        const body = Uint8Array.from(original.body);
        body[at] = (body[at] ?? 0) ^ 1;
        return refused(subject, [CURRENT], { ...original, body });
      });
      return (await Promise.all(faults)).flat();
    },
  },

  'passes as unknown under a name that no catalogue knows': {
    applies: (subject) => JSON.stringify(renamed(subject)) !== JSON.stringify(subject.sample),
    run: async (subject) => {
      const event = await accepted(subject, signed(subject, CURRENT, sampleDelivery(renamed(subject))));
      const isUnknown = event?.type === `${subject.provider.family}.unknown` && event.providerevent === NEW_NAME;
      return isUnknown ? [] : [`${event?.type} ${event?.providerevent}`];
    },
  },

  'never throws, whatever shape its fields have': {
    // What a body can do to a normalizer is the same whatever let it in.
    applies: ({ scheme, provider }) => scheme === provider.auth[0].scheme,
    run: async (subject) => {
      const faults: string[] = [];
      for (const body of hostileBodies(subject.sample.body)) {
        const event = await accepted(subject, signed(subject, CURRENT, sampleDelivery({ ...subject.sample, body })));
        if (event !== undefined) faults.push(...shapeFaults(event, subject.provider));
        else if (!isHandshake(subject, body)) faults.push('was not accepted');
        if (faults.length > 0) return [...faults, JSON.stringify(body).slice(0, 400)];
      }
      return faults;
    },
  },
};

/** The checks that have something to say about a case, by name. */
export function checksOf(subject: Case): readonly (readonly [string, Check])[] {
  return Object.entries(checks).filter(([, { applies }]) => applies?.(subject) !== false);
}

const NEW_NAME = 'something_new_entirely';

/** The sample under another name, wherever it names the event; the same sample when it doesn't. */
function renamed({ sample, event }: Case): Sample {
  return JSON.parse(JSON.stringify(sample).replaceAll(JSON.stringify(event), JSON.stringify(NEW_NAME))) as Sample;
}

function isTimeless({ provider, event }: Case): boolean {
  return Object.hasOwn(timeless[provider.name] ?? {}, event);
}

const FRESH_AT = new Date('2025-03-03T03:03:03.000Z');

function fresh(subject: Case, sequence: number): Delivery {
  return sampleDelivery(subject.provider.freshen(subject.sample, subject.event, { sequence, nonce: 'k3v9', now: FRESH_AT }));
}

function signed(subject: Case, secret = CURRENT, bare: Delivery = sampleDelivery(subject.sample)): Delivery {
  return withHeaders(bare, credentials(subject.contract, subject.scheme, secret, bare.body, bare.receivedAt));
}

function judge(subject: Case, secrets: Secrets, delivery: Delivery, redact = false): Promise<Verdict> {
  const source = { id: 'conformance', guard: guardOf(subject.scheme, secrets), redact, pings: true };
  return subject.contract.receive(subject.provider, source, delivery);
}

/** The first event of a delivery that is accepted and could be read. */
async function accepted(subject: Case, delivery: Delivery) {
  const verdict = await judge(subject, [CURRENT], delivery);
  return verdict.kind === 'accepted' && !verdict.issues.some(({ code }) => code === 'unreadable') ? verdict.events[0]?.event : undefined;
}

function refusedWith(subject: Case, expected: Secrets, presented: string): Promise<readonly string[]> {
  return refused(subject, expected, signed(subject, presented));
}

async function refused(subject: Case, expected: Secrets, delivery: Delivery): Promise<readonly string[]> {
  const verdict = await judge(subject, expected, delivery);
  return verdict.kind === 'refused' && verdict.code === 'unauthenticated' ? [] : [`${verdict.kind}`];
}

/** A hostile change can make a ping of a body, or leave nothing of it. */
function isHandshake(subject: Case, body: Sample['body']): boolean {
  return subject.provider.handshake?.(sampleDelivery({ ...subject.sample, body }), body) !== undefined;
}
