import { call, session, whenUnauthorized } from './api.js';
import { deadLettersView } from './dead-letters.js';
import { destinationsView } from './destinations.js';
import { fill, h, notify } from './dom.js';
import { eventsView } from './events.js';
import { refusalsView } from './refusals.js';
import { sourcesView } from './sources.js';
import { follow } from './stream.js';

/*
 * A view is { element, onHappening?, show?, close? }. The hash names the view, and the event that is open: so that the
 * page works behind any path prefix, and a link to an event can be sent to a colleague.
 */
const views = {
  events: { title: 'Events', create: eventsView },
  'dead-letters': { title: 'Dead letters', create: deadLettersView },
  sources: { title: 'Sources', create: sourcesView },
  destinations: { title: 'Destinations', create: destinationsView },
  refusals: { title: 'Refusals', create: refusalsView },
};

const app = document.getElementById('app');
let current;
let stopFollowing;

whenUnauthorized(() => {
  if (session.token === '') return;
  session.token = '';
  askForToken('The admin token is no longer accepted. Enter the current one.');
});

if (session.token === '') askForToken();
else open();

function askForToken(message) {
  stopFollowing?.();
  current?.view.close?.();
  current = undefined;
  onhashchange = onpagehide = onpageshow = null;
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'current-password', required: true, spellcheck: 'false', 'aria-describedby': 'token-help' });
  const trouble = h('p', { class: 'trouble-text', role: 'alert' }, message);
  const button = h('button', { class: 'primary', type: 'submit' }, 'Open the inspector');
  async function submit(happening) {
    happening.preventDefault();
    const token = input.value.trim();
    if (token === '') return;
    button.disabled = true;
    try {
      await call('sources', { token });
      session.token = token;
      open();
    } catch (error) {
      fill(trouble, error.status === 401 ? 'This is not the admin token.' : error.message);
      button.disabled = false;
      input.select();
    }
  }
  document.title = 'Chathooks';
  fill(app, h('main', { class: 'gate' }, h('form', { onsubmit: submit },
    brand(),
    h('h1', {}, 'Inspector'),
    h('p', {}, 'See every webhook that arrived, where it went, and why one was refused.'),
    h('label', { for: 'token' }, 'Admin token'),
    input, trouble, button,
    h('p', { class: 'hint', id: 'token-help' }, 'It is ', h('code', {}, 'admin.token'), ' in ', h('code', {}, 'chathooks.yaml'), '. This tab keeps it until it is closed.'),
  )));
  input.focus();
}

function open() {
  const links = Object.entries(views).map(([name, { title }]) => h('a', { href: `#/${name}`, 'data-view': name }, title));
  const live = h('span', { class: 'live waiting', role: 'status' }, 'Connecting');
  const main = h('main', { id: 'main' });
  fill(app, h('div', { class: 'frame' },
    h('nav', { 'aria-label': 'Views' }, brand(), h('div', { class: 'links' }, links),
      h('div', { class: 'foot' }, live, h('button', { class: 'quiet', type: 'button', onclick: signOut }, 'Sign out'))),
    main));

  // A page that is kept for "back" must not keep a connection: browsers have six of them for one receiver.
  onpagehide = () => stopFollowing?.();
  onpageshow = (happening) => { if (happening.persisted) start(); };
  start();
  onhashchange = route;
  route();

  function start() {
    let wasLive = false;
    stopFollowing = follow({
      onHappening: (kind, data) => current?.view.onHappening?.(kind, data),
      onState(state) {
        // The call finds the token refused, and asks for another.
        if (state === 'off') return void call('sources').catch(() => {});
        live.className = `live ${state}`;
        fill(live, state === 'live' ? 'Live' : 'Reconnecting');
        // What happened in between was not heard.
        if (state === 'live' && wasLive) current?.view.onHappening?.('reconnected', {});
        wasLive ||= state === 'live';
      },
    });
  }

  function route() {
    const [, name = '', argument] = location.hash.split('/');
    const view = Object.hasOwn(views, name) ? name : 'events';
    if (current?.name !== view) {
      current?.view.close?.();
      current = { name: view, view: views[view].create() };
      fill(main, current.view.element);
    }
    for (const link of links) {
      if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    document.title = `${views[view].title} · Chathooks`;
    current.view.show?.(argument);
  }
}

function signOut() {
  session.token = '';
  askForToken();
  notify('Signed out.');
}

function brand() {
  return h('div', { class: 'brand' }, h('img', { src: 'inspector/icon.svg', alt: '', width: '26', height: '26' }), 'Chathooks');
}
