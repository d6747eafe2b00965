import { call } from './api.js';
import { command, copyButton, empty, fill, h, viewHeading } from './dom.js';

const SCHEMES = {
  basic: 'Basic authentication', header: 'Secret in a header', 'api-key': 'API key', hmac: 'HMAC signature',
  totp: 'One-time password', oauth2: 'OAuth 2.0 bearer token', none: 'None: anybody can send',
};

/** The webhook URLs that providers call. */
export function sourcesView() {
  const body = h('div', { class: 'cards grid' });
  const element = h('div', { class: 'page' }, viewHeading('Sources', 'One webhook URL for each. Paste it at the provider, with the credential that the configuration names.'), body);
  call('sources').then(({ sources }) => {
    if (sources.length === 0) fill(body, empty('No sources', h('p', {}, 'Add one under sources: in chathooks.yaml, then restart the receiver or send it SIGHUP.')));
    else fill(body, sources.map(card));
  }).catch((error) => fill(body, empty('The sources cannot be shown', h('p', {}, error.message))));
  return { element };
}

function card({ id, title, provider, scheme, url, validation }) {
  return h('section', { class: 'card' },
    h('header', {}, h('h2', {}, h('span', { class: ['mark', provider], 'aria-hidden': 'true' }, provider.slice(0, 2)), id), h('span', { class: 'note' }, title)),
    h('div', { class: 'command' }, h('code', {}, url), copyButton(() => url, `Copy the URL of ${id}`)),
    h('dl', {},
      h('dt', {}, 'Authentication'), h('dd', { class: scheme === 'none' ? 'bad-text' : undefined }, SCHEMES[scheme] ?? scheme),
      h('dt', {}, 'Validation'), h('dd', {}, { strict: 'Strict: other shapes are refused', report: 'Report: differences are noted', off: 'Off' }[validation] ?? validation)),
    h('details', {}, h('summary', {}, 'Send a test event'), command(`chathooks send ${provider} <event> --source ${id}`), h('p', { class: 'hint' }, h('code', {}, `chathooks events ${provider}`), ' lists the events.')));
}
