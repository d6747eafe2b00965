import type { Evidence, Heard, Stored } from './evidence';
import { violations } from './invariants';
import type { Rule } from './invariants';

const DELIVERED = ['all', 'some', 'in-order'].map((destination) => ({ destination, status: 'delivered' }));

const event = (id: string, changes: Partial<Stored> = {}): Stored => ({ id, message: `message-${id}`, hook: 'talk', digest: `digest-${id}`, forwards: DELIVERED, ...changes });

const request = (destination: string, webhookId: string, ids: readonly string[], changes: Partial<Heard> = {}): Heard => ({
  destination,
  webhookId,
  signed: true,
  digest: `body-${webhookId}`,
  events: ids.map((id) => ({ id, message: `message-${id}`, digest: `digest-${id}` })),
  came: 0,
  accepted: 1,
  ...changes,
});

const offered = (id: string, position: number, changes: object = {}) => [`message-${id}`, { message: `message-${id}`, source: 'talk', conversation: 'c', position, acknowledged: id, ...changes }] as const;

/** Two events of one conversation, each to three destinations, one request lost and repeated. */
const kept: Evidence = {
  offered: new Map([offered('a', 0), offered('b', 1)]),
  stored: [event('a'), event('b')],
  heard: [
    request('all', 'w1', ['a', 'b']),
    request('all', 'w1', ['a', 'b']),
    request('some', 'w2', ['a']),
    request('some', 'w3', ['b']),
    request('in-order', 'w4', ['a'], { came: 0, accepted: 1 }),
    request('in-order', 'w5', ['b'], { came: 2, accepted: 3 }),
    request('in-order', 'w4', ['a'], { came: 4, accepted: 5 }),
  ],
  destinations: [
    { id: 'all', inOrder: false },
    { id: 'some', sources: ['talk'], inOrder: false },
    { id: 'in-order', sources: ['talk'], inOrder: true },
  ],
  wrongAnswers: [],
};

const rulesBroken = (evidence: Evidence): readonly Rule[] => [...new Set(violations(evidence).map(({ rule }) => rule))];

it('finds nothing where every promise was kept', () => expect(violations(kept)).toEqual([]));

it.each<[Rule, Partial<Evidence>]>([
  ['an answered event is missing', { offered: new Map([...kept.offered, offered('c', 2)]) }],
  ['an event is stored twice', { stored: [...kept.stored, event('b')] }],
  ['an event is nobody\'s', { offered: new Map([offered('a', 0, { source: 'chat' }), offered('b', 1)]) }],
  ['a stored event was not forwarded', { heard: kept.heard.filter(({ webhookId }) => webhookId !== 'w3') }],
  ['a forward is not marked as delivered', { stored: [event('a'), event('b', { forwards: DELIVERED.slice(1) })] }],
  ['a request has no webhook-id', { heard: kept.heard.map(({ webhookId, ...rest }) => (webhookId === 'w5' ? rest : { webhookId: webhookId ?? '', ...rest })) }],
  ['a request has no valid signature', { heard: [...kept.heard, request('some', 'w3', ['b'], { signed: false })] }],
  ['a webhook-id has two bodies', { heard: [...kept.heard, request('all', 'w1', ['a'], { digest: 'another' })] }],
  ['a webhook-id went to two destinations', { heard: [...kept.heard, request('some', 'w1', [], { digest: 'body-w1' })] }],
  ['an event came under two webhook-ids', { heard: [...kept.heard, request('some', 'w6', ['b'])] }],
  ['an event came that is not stored', { heard: [...kept.heard, request('all', 'w7', ['c'])] }],
  ['an event came to a destination that is not to get it', { destinations: kept.destinations.map((destination) => (destination.id === 'some' ? { ...destination, sources: [] } : destination)) }],
  ['an event came other than it is stored', { stored: [event('a', { digest: 'another' }), event('b')] }],
  ['a conversation came out of order', { offered: new Map([offered('a', 1), offered('b', 0)]) }],
  ['a conversation came out of order', { heard: kept.heard.map((request) => (request.webhookId === 'w4' ? { ...request, accepted: 3 } : request)) }],
  ['a sender got a wrong answer', { wrongAnswers: ['500'] }],
])('finds that %s', (rule, changes) => expect(rulesBroken({ ...kept, ...changes })).toEqual([rule]));
