import { call } from './api.js';
import { command, empty, fill, h, viewHeading } from './dom.js';
import { time } from './format.js';

const MOST_ROWS = 200;

/** What was refused lately, and what to check. */
export function refusalsView() {
  let rows = [];
  const body = h('div', { class: 'cards' });
  const element = h('div', { class: 'page' }, viewHeading('Refusals', 'Deliveries that were turned away, and why. The sender is never told the reason of a 401; you are.'), body);
  load();
  return {
    element,
    onHappening(kind, data) {
      if (kind === 'reconnected') load();
      if (kind !== 'refusal') return;
      rows = [data, ...rows].slice(0, MOST_ROWS);
      draw();
    },
  };

  async function load() {
    try {
      rows = (await call('refusals')).refusals;
      draw();
    } catch (error) {
      fill(body, empty('The refusals cannot be shown', h('p', {}, error.message)));
    }
  }

  function draw() {
    if (rows.length > 0) return fill(body, h('ul', { class: 'refusals card' }, rows.map(row)));
    return fill(body, empty('Nothing was refused since the receiver started', h('p', {}, 'To find out why a recorded request would be:'), command('chathooks verify request.http --source <id>')));
  }
}

function row({ time: at, source, status, code, message, diagnosis, explanation }) {
  return h('li', {},
    h('div', { class: 'refusal-heading' }, h('span', { class: 'status dead' }, status), h('strong', {}, diagnosis ?? code), h('span', { class: 'hint' }, source === '' ? 'no such source' : source), time(at)),
    h('p', {}, explanation ?? message));
}
