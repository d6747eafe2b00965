import fc from 'fast-check';
import { providers } from '../../providers';
import { parseJson } from '../../providers/json/parse';
import type { Provider } from '../../providers/provider';
import { receive } from '../../providers/receive';
import type { Verdict } from '../../providers/verdict';
import { shapeFaults } from '../conformance/shape';
import { delivery, RECEIVED_AT } from '../support/delivery';
import { body } from './bodies';
import type { Body } from './bodies';
import { anyText, runs } from './runs';

const NOBODY_ASKED = { scheme: 'none', because: 'A test of bodies.' } as const;

function judge({ provider, headers, text }: Body, { redact = false, pings = true, receivedAt = RECEIVED_AT } = {}): Promise<Verdict> {
  return receive(providers[provider], { id: 'hook', guard: NOBODY_ASKED, redact, pings }, { ...delivery(text, { headers, receivedAt }) });
}

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((prototype) => [prototype, Reflect.ownKeys(prototype).length] as const);

it('whatever its fields hold, a body of a provider becomes events of the right shape, and is read', () =>
  fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (sent, redact) => {
      const verdict = await judge(sent, { redact });
      if (verdict.kind !== 'accepted') return expect(verdict).toMatchObject({ kind: 'refused', code: 'too_deep' });
      expect(verdict.events.flatMap(({ event }) => shapeFaults(event, providers[sent.provider]))).toEqual([]);
      expect(verdict.issues.map(({ code }) => code)).not.toContain('unreadable');
      for (const [prototype, keys] of prototypes) expect(Reflect.ownKeys(prototype)).toHaveLength(keys);
      return undefined;
    }),
    runs(5),
  ), 120_000);

it('an event survives being written down and read again, and its raw body is the one that was sent', () =>
  fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const verdict = await judge(sent);
      const provider: Provider = providers[sent.provider];
      const parsed = parseJson(Buffer.from(sent.text), { unboundedNesting: provider.unboundedNesting });
      if (verdict.kind !== 'accepted' || !parsed.ok) return;
      for (const { event } of verdict.events) {
        const writtenDown = JSON.stringify(event);
        expect(JSON.stringify(JSON.parse(writtenDown))).toBe(writtenDown);
        expect(event.data.raw).toEqual(parsed.value);
      }
    }),
    runs(2),
  ), 120_000);

it('the same bytes have the same ids, whenever they come', () =>
  fc.assert(
    fc.asyncProperty(body, fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), async (sent, later) => {
      const keysOf = (verdict: Verdict) => (verdict.kind === 'accepted' ? verdict.events.map(({ event }) => [event.source, event.id, event.type]) : verdict);
      expect(keysOf(await judge(sent, { receivedAt: later }))).toEqual(keysOf(await judge(sent)));
    }),
    runs(2),
  ), 120_000);

it('two events of one delivery never share an id', () =>
  fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const verdict = await judge(sent);
      if (verdict.kind !== 'accepted') return;
      expect(new Set(verdict.events.map(({ event }) => event.id)).size).toBe(verdict.events.length);
    }),
    runs(2),
  ), 120_000);

it('any bytes at all have a verdict, under any headers', () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(providers)), fc.uint8Array({ maxLength: 60 }), fc.dictionary(anyText, anyText), async (provider, bytes, headers) => {
      const verdict = await receive(provider, { id: 'hook', guard: NOBODY_ASKED, redact: true, pings: false }, delivery(bytes, { headers }));
      expect(['accepted', 'handshake', 'refused']).toContain(verdict.kind);
    }),
    runs(5),
  ), 120_000);
