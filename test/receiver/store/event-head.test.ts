import { HEAD_CHARACTERS, eventHeadOf, wholeEventHeadOf } from '../../../receiver/store/event-head';

const eventOf = (id: string, rest: object = {}): string => JSON.stringify({ specversion: '1.0', id, source: '/spika/room', type: 'chat.message.sent', data: { raw: { id: 'other', type: 'other' } }, ...rest });
const head = (id: string) => ({ id, type: 'chat.message.sent', source: '/spika/room' });

describe('the head of an event', () => {
  it.each(['m1', '', 'a"b\\', '\\"', '","source":"x","type":"y"}', '\u0000', '\ud800', '\u{1f600}'])('is read from the beginning of its text, whatever the id: %j', (id) => {
    const event = eventOf(id, { subject: 'x'.repeat(HEAD_CHARACTERS) });
    expect(eventHeadOf(event.slice(0, HEAD_CHARACTERS))).toEqual(head(id));
    expect(wholeEventHeadOf(event)).toEqual(head(id));
  });

  it.each([
    ['is cut off', eventOf('x'.repeat(HEAD_CHARACTERS)).slice(0, HEAD_CHARACTERS)],
    ['has another order', JSON.stringify({ source: '/s', ...(JSON.parse(eventOf('m1')) as object) })],
    ['has something before it', JSON.stringify({ data: { specversion: '1.0', id: 'm1', source: '/s', type: 't' }, id: 'm2' })],
    ['is not there', '{}'],
  ])('takes the whole text when it %s', (_, beginning) => expect(eventHeadOf(beginning)).toBeUndefined());
});
