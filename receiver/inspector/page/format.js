import { h } from './dom.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** A time, short; the whole of it on hovering. */
export function time(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return h('span', {}, iso ?? '');
  const isToday = date.toDateString() === new Date().toDateString();
  return h('time', { datetime: iso, title: whole.format(date) }, (isToday ? clock : dayAndClock).format(date));
}

/** What happened, in one line. */
export function summary({ data = {}, subject }) {
  const { message, actor, user, reaction, call, moderation, conversation, members } = data;
  const who = actor?.name ?? actor?.id ?? user?.name ?? user?.email ?? user?.id;
  const member = members?.[0]?.name ?? members?.[0]?.id;
  const what = message?.text ?? reaction?.emoji ?? (message?.kind && `[${message.kind}]`) ?? call?.status ?? moderation?.verdict ?? member ?? conversation?.name ?? subject;
  return [who, what].filter((part) => part !== undefined && part !== '').join(' · ').slice(0, 240);
}

/** A status as a word with its colour; never by colour alone. */
export function status(value, title) {
  return h('span', { class: ['status', value], title }, value);
}

/** Markup is for reading; past this size a browser would only suffer from it. */
const MOST_COLOURED = 120_000;
const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** JSON text, laid out and coloured. */
export function prettyJson(value) {
  const text = JSON.stringify(value, null, 2);
  const block = h('pre', { class: 'code', tabindex: '0' });
  if (text.length > MOST_COLOURED) {
    block.append(text);
    return block;
  }
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [, string, colon, number] = match;
    block.append(text.slice(from, match.index));
    const kind = colon ? 'key' : string ? 'string' : number ? 'number' : 'word';
    const token = colon ? string : match[0];
    block.append(h('span', { class: kind }, token));
    if (colon) block.append(colon);
    from = match.index + match[0].length;
  }
  block.append(text.slice(from));
  return block;
}
