import { isAbout } from '../../../receiver/erasure/about';
import { namesPerson } from '../../../receiver/erasure/person-keys';

const about = (id: string, data: object): boolean => isAbout(JSON.stringify({ specversion: '1.0', id: 'e1', source: '/spika/ada', subject: 'user/ada', data: { raw: {}, ...data } }), id);

describe('an event is about a person', () => {
  it.each([
    ['who acted', { actor: { id: 'ada' } }],
    ['as its user', { user: { id: 'ada' } }],
    ['by email', { user: { email: 'ada' } }],
    ['who is mentioned', { message: { mentions: [{ id: 'bob' }, { id: 'ada' }] } }],
    ['who has read', { receipt: { messageIds: [], by: { id: 'ada' } } }],
    ['as a member', { members: [{ id: 'bob' }, { id: 'ada' }] }],
    ['who calls', { call: { participant: { id: 'ada' } } }],
    ['whose account it is', { identity: { object: { kind: 'user', id: 'ada' } } }],
    ['in the body', { raw: { data: { receiver: 'ada' } } }],
    ['in a list of the body', { raw: { blocked: [['bob'], ['ada']] } }],
    ['as a key of the body', { raw: { mentionedUsers: { ada: {} } } }],
    ['in JSON within the body', { raw: { metadata: '{"for":["ada"]}' } }],
  ])('%s', (_, data) => {
    expect(about('ada', data)).toBe(true);
    expect(about('ad', data)).toBe(false);
    expect(about('Ada', data)).toBe(false);
  });

  it.each([
    ['nowhere', {}],
    ['whose name is part of a word', { raw: { text: 'adapter', name: 'ada lovelace' } }],
    ['in what somebody wrote', { message: { text: 'ada' }, raw: { text: 'thanks, ada' } }],
    ['when it is a role of that name', { identity: { object: { kind: 'role', id: 'ada' } } }],
    ['when it is a message of that id', { message: { id: 'ada' } }],
    ['in what is not JSON, though it begins so', { raw: { text: '[ada] and {ada}' } }],
  ])('and not %s', (_, data) => {
    expect(about('ada', data)).toBe(false);
  });

  it.each([
    [{ userId: 5 }], [{ userId: '5' }], [{ from_user_id: 5 }], [{ user: { id: 5 } }], [{ sender: { _id: '5' } }], [{ members: [4, 5] }], [{ members: [{ id: 5 }] }], [{ deletedBy: 5 }],
    [{ uid: '5' }], [{ sub: '5' }], [{ from: 5 }], [{ onBehalfOf: '5' }], [{ userids: [5] }], [{ mentionedUsers: { 5: {} } }], [{ meta: '{"ownerId":5}' }], [{ data: { user: { profile: { id: 5 } } } }],
  ])('a number counts where the key names a person: %j', (raw) => {
    expect(about('5', { raw })).toBe(true);
    expect(about('05', { raw })).toBe(false);
  });

  it.each([
    [{ id: 5 }], [{ message: { id: 5 } }], [{ roomId: 5 }], [{ userDeviceId: 5 }], [{ user_group_id: 5 }], [{ memberCount: 5 }], [{ replyTo: 5 }], [{ replyToId: 5 }], [{ createdAt: 5 }],
    [{ user: { device: { id: 5 } } }], [{ user: { age: 5 } }], [{ reactions: { 5: 1 } }], [{ client_id: 5 }],
  ])('a number does not count where it does not: %j', (raw) => {
    expect(about('5', { raw })).toBe(false);
  });

  it.each(['a"b', 'a\\b', '%', "' OR 1=1 --", 'ü\u{1f600}', '\ud800', 'a\u0000b', '__proto__', 'constructor', 'a\nb', ' ', '-5', '1e3'])('whatever the id is: %j', (id) => {
    expect(about(id, { raw: { uid: id } })).toBe(true);
    expect(about(id, { raw: JSON.parse(`{${JSON.stringify(id)}: 1}`) as object })).toBe(true);
    expect(about(id, { raw: { uid: `${id}x` } })).toBe(false);
  });

  it('however deep it stands', () => {
    const deep = `${'{"a":'.repeat(5_000)}"ada"${'}'.repeat(5_000)}`;
    expect(isAbout(`{"data":{"raw":${deep}}}`, 'ada')).toBe(true);
  });

  it.each(['null', '[]', '{}', '5', '{"data":null}', '{"data":{"actor":5,"members":{"id":"ada"}}}'])('and %s is about nobody', (event) => {
    expect(isAbout(event, 'ada')).toBe(false);
  });
});

describe('the keys that name a person', () => {
  it.each(['actorId', 'action_by', 'by', 'fromUserId', 'fromUser', 'messageSender', 'receiptReceiver', 'reactedBy', 'oldOwner', 'mentionedUsers', 'subjectId', 'operator', 'participants', 'userIDs'])('%s does', (key) => {
    expect(namesPerson(key)).toBe(true);
  });

  it.each(['guid', 'receiverType', 'totalUserCount', 'user_agent_string', 'token_type', 'customData', '', 'id', 'objectId', 'userPresenceChanged', 'toString'])('%s does not', (key) => {
    expect(namesPerson(key)).toBe(false);
  });

});
