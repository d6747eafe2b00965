import { nearest } from '../../../receiver/config/nearest';

it.each([
  ['sourcs', ['store', 'sources'], 'sources'],
  ['message_snet', ['message_sent', 'message_edited'], 'message_sent'],
  ['CometChat', ['cometchat'], 'cometchat'],
  ['zzz', ['store', 'sources'], undefined],
  ['', ['id'], undefined],
])('nearest › %j is %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
