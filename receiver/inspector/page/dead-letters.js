import { call, queryOf } from './api.js';
import { empty, fill, h, notify, viewHeading } from './dom.js';
import { time } from './format.js';

/** What could not be delivered, and sending it again. */
export function deadLettersView() {
  let rows = [];
  let next;
  const body = h('div', { class: 'cards' });
  const older = h('button', { class: 'older', type: 'button', hidden: true, onclick: () => load(next) }, 'Load older');
  const all = h('button', { class: 'primary', type: 'button', hidden: true, onclick: () => redrive() }, 'Redrive all');
  const element = h('div', { class: 'page' },
    viewHeading('Dead letters', 'Events that a destination did not take, however often it was asked. Mend the destination, then send them again.', all), body, older);
  load();
  return { element, onHappening: (kind, data) => { if (kind === 'reconnected' || data.outcome === 'dead' || data.outcome === 'disabled') load(); } };

  async function load(before) {
    try {
      const page = await call(`deliveries?${queryOf({ status: 'dead', limit: 50, before })}`);
      rows = before === undefined ? page.deliveries : [...rows, ...page.deliveries];
      next = page.next;
      draw();
    } catch (error) {
      fill(body, empty('The dead letters cannot be shown', h('p', {}, error.message)));
    }
  }

  function draw() {
    all.hidden = rows.length === 0;
    older.hidden = next === undefined;
    if (rows.length === 0) return fill(body, empty('No dead letters', h('p', {}, 'Everything that was to be forwarded has arrived, or is still being tried.')));
    const byDestination = Map.groupBy(rows, ({ destination }) => destination);
    return fill(body, [...byDestination].map(([destination, letters]) => h('section', { class: 'card' },
      h('header', {}, h('h2', {}, destination, h('span', { class: 'note' }, `${letters.length}${next === undefined ? '' : '+'}`)),
        h('button', { type: 'button', onclick: () => redrive(destination) }, 'Redrive')),
      h('ul', { class: 'letters' }, letters.map(letterRow)))));
  }

  async function redrive(destination) {
    try {
      const { replayed } = await call('deliveries/replay', { method: 'POST', body: { status: 'dead', ...(destination === undefined ? {} : { destination }) } });
      notify(replayed === 0 ? 'Nothing was sent again: is the destination disabled or gone?' : `${replayed} ${replayed === 1 ? 'event is' : 'events are'} on the way again.`, replayed === 0);
      await load();
    } catch (error) {
      notify(error.message, true);
    }
  }
}

function letterRow({ key, type, source, attempts, lastAttempt }) {
  return h('li', {},
    h('a', { href: `#/events/${key}` }, type),
    h('span', { class: 'hint' }, source),
    h('span', {}, lastAttempt && h('strong', { class: 'bad-text' }, lastAttempt.status ?? lastAttempt.error ?? 'no answer'), h('span', { class: 'hint' }, ` after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`)),
    lastAttempt && time(lastAttempt.time));
}
