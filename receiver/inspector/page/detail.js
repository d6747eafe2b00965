import { call } from './api.js';
import { copyButton, h, notify } from './dom.js';
import { prettyJson, status, time } from './format.js';

/** One event whole: what arrived, what was made of it, and where it went. */
export function eventDetail(detail, onClose) {
  const { key, event, deliveries, headers, body, bodyEncoding, bodyRedacted, issues, attempts, receivedAt } = detail;
  const replay = h('button', { class: 'primary', type: 'button', onclick: () => replayEvent(key, replay) }, 'Replay');
  const element = h('article', {},
    h('header', { class: 'detail-heading' },
      h('div', {},
        h('h2', { tabindex: '-1' }, event.type),
        h('p', { class: 'facts' }, h('span', {}, event.hook), h('span', {}, event.providerevent), time(receivedAt))),
      h('div', { class: 'actions' }, replay, h('button', { class: 'quiet', type: 'button', 'aria-label': 'Close', onclick: onClose }, 'Close'))),
    forwarding(deliveries, attempts),
    issues.length > 0 && section('Issues', String(issues.length), h('ul', { class: 'issues' }, issues.map(({ code, path, message }) =>
      h('li', {}, h('code', {}, path === '' ? code : path), ' ', message)))),
    section('Event', undefined, prettyJson(event), copyButton(() => JSON.stringify(event, null, 2), 'Copy the event')),
    folded('Raw body', [bodyEncoding === 'base64' && 'base64', bodyRedacted && 'secrets taken out'].filter(Boolean).join(', '),
      h('pre', { class: 'code', tabindex: '0' }, body), copyButton(() => body, 'Copy the body')),
    folded('Headers', String(headers.length), h('table', { class: 'headers' }, h('tbody', {}, headers.map(({ name, value }) =>
      h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value)))))));
  element.addEventListener('keydown', (happening) => { if (happening.key === 'Escape') onClose(); });
  return element;
}

async function replayEvent(key, button) {
  button.disabled = true;
  try {
    const { replayed, destinations } = await call(`events/${encodeURIComponent(key)}/replay`, { method: 'POST', body: {} });
    if (replayed === 0) notify('No destination takes this event. Configure one, or check its events and sources.', true);
    else notify(`Forwarded again to ${destinations.join(', ')}.`);
  } catch (error) {
    notify(error.message, true);
  } finally {
    button.disabled = false;
  }
}

function forwarding(deliveries, attempts) {
  if (deliveries.length === 0) return section('Forwarding', undefined, h('p', { class: 'hint' }, 'Kept, and forwarded nowhere: no destination took events of this type and source when it arrived.'));
  return section('Forwarding', undefined,
    h('ul', { class: 'chips' }, deliveries.map(({ destination, status: value, attempts: count }) =>
      h('li', {}, status(value), ' ', destination, h('span', { class: 'hint' }, ` ${count} ${count === 1 ? 'attempt' : 'attempts'}`)))),
    attempts.length > 0 && h('ol', { class: 'attempts' }, [...attempts].reverse().map(attemptRow)));
}

function attemptRow({ destination, webhookId, time: at, status: code, latencyMs, error, answer }) {
  const isGood = code >= 200 && code < 300;
  return h('li', { class: isGood ? 'good' : 'bad' },
    h('div', { class: 'attempt' },
      h('strong', {}, code ?? error ?? 'no answer'),
      h('span', {}, destination),
      h('span', {}, `${Math.round(latencyMs)} ms`),
      time(at)),
    h('div', { class: 'webhook-id' }, webhookId),
    answer && h('pre', { class: 'answer', tabindex: '0' }, answer));
}

function section(title, note, ...content) {
  return h('section', { class: 'part' }, h('h3', {}, title, note && h('span', { class: 'note' }, note)), content);
}

function folded(title, note, content, action) {
  return h('details', { class: 'part' }, h('summary', {}, title, note !== '' && h('span', { class: 'note' }, note)), h('div', { class: 'folded' }, content, action));
}
