import { call } from './api.js';
import { empty, fill, h, notify, viewHeading } from './dom.js';
import { time } from './format.js';

/** Where events are forwarded to, and how that goes. */
export function destinationsView() {
  let timer;
  const body = h('div', { class: 'cards grid' });
  const element = h('div', { class: 'page' }, viewHeading('Destinations', 'Where events are forwarded to: from the configuration file, or registered by an n8n trigger.'), body);
  load();
  return {
    element,
    close: () => clearTimeout(timer),
    onHappening: (kind) => { if (kind !== 'refusal') timer ??= setTimeout(load, 1000); },
  };

  async function load() {
    timer = undefined;
    try {
      const { destinations } = await call('destinations');
      fill(body, destinations.length === 0 ? nothing() : destinations.map(card));
    } catch (error) {
      fill(body, empty('The destinations cannot be shown', h('p', {}, error.message)));
    }
  }

  function card({ id, url, events, sources, secrets, origin, circuit, disabledAt, deliveries }) {
    return h('section', { class: ['card', disabledAt && 'is-disabled'] },
      h('header', {}, h('h2', {}, id), h('span', { class: ['status', disabledAt ? 'dead' : circuit === 'closed' ? 'delivered' : 'pending'] }, disabledAt ? 'disabled' : circuit === 'closed' ? 'enabled' : 'down')),
      h('div', { class: 'command' }, h('code', {}, url)),
      disabledAt && h('div', { class: 'warning' }, h('p', {}, 'It answered 410 Gone ', time(disabledAt), '. Nothing is sent until it is enabled; events wait.'),
        h('button', { class: 'primary', type: 'button', onclick: () => enable(id) }, 'Enable')),
      !disabledAt && circuit !== 'closed' && h('div', { class: 'warning' }, h('p', {}, circuit === 'open'
        ? 'It has failed again and again: its circuit is open. Nothing is sent for a while, and its events wait; then one request tries it.'
        : 'Its circuit is half open: the next request finds out whether it is back. The other events wait.')),
      h('div', { class: 'counts' }, Object.entries(deliveries).map(([name, count]) => h('div', { class: name }, h('strong', {}, count.toLocaleString()), name))),
      h('dl', {},
        h('dt', {}, 'Events'), h('dd', {}, events.some((glob) => glob === '**' || glob === '*') ? 'all' : events.join(', ')),
        h('dt', {}, 'Sources'), h('dd', {}, sources?.join(', ') ?? 'all'),
        h('dt', {}, 'Signed'), h('dd', { class: secrets === 0 ? 'bad-text' : undefined }, secrets === 0 ? 'No: it can be forged' : secrets === 1 ? 'Yes' : `Yes, with ${secrets} secrets`),
        h('dt', {}, 'From'), h('dd', {}, origin === 'configured' ? 'chathooks.yaml' : 'registered at run time')));
  }

  async function enable(id) {
    try {
      await call(`destinations/${encodeURIComponent(id)}/enable`, { method: 'POST' });
      notify(`${id} is enabled.`);
    } catch (error) {
      notify(error.message, true);
    }
    await load();
  }
}

function nothing() {
  return empty('No destinations', h('p', {}, 'Events are kept and forwarded nowhere. Add one under ', h('code', {}, 'destinations:'), ' in chathooks.yaml, or activate an n8n workflow with a Chathooks Trigger: it registers itself here.'));
}
