import type { JsonObject } from '../../../../providers/json/json';

let sequence = 0;

/** A CometChat message that differs from every other one; `fields` go into the message, `around` beside it. */
export function message(fields: object = {}, around: object = {}): JsonObject {
  const id = `m${++sequence}`;
  return {
    trigger: 'message_sent',
    data: { message: { id, sender: 'ada', receiver: 'grace', receiverType: 'user', conversationId: 'ada_user_grace', category: 'message', type: 'text', data: { text: 'hi' }, sentAt: 1795226453, updatedAt: 1795226453, ...fields } },
    appId: 'app',
    region: 'eu',
    webhook: 'w',
    ...around,
  };
}

/** The same as text, with a piece of JSON in place of the string `'@'` that stands somewhere in it. */
export function messageWith(json: string, fields: object = {}, around: object = {}): string {
  return JSON.stringify(message(fields, around)).replace('"@"', () => json);
}

/** A message of exactly so many bytes. */
export function messageOfSize(bytes: number): string {
  const [head = '', tail = ''] = JSON.stringify(message({ data: { text: '@' } })).split('@');
  return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
}
