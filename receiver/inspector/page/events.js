import { call, queryOf } from './api.js';
import { eventDetail } from './detail.js';
import { command, empty, fill, h, notify } from './dom.js';
import { status, summary, time } from './format.js';

const PAGE = 50;
/** What the list keeps at most; "Load older" goes on from there. */
const MOST_ROWS = 1000;
/** A burst of events asks for one new page, not for one each. */
const REFRESH_MS = 700;

/** The list of events, and beside it the one that is open. */
export function eventsView() {
  const filter = {};
  let rows = [];
  let next;
  let isLoaded = false;
  let openKey;
  let refreshTimer;
  let loading;

  const list = h('div', { class: 'rows', role: 'list' });
  const older = h('button', { class: 'older', type: 'button', hidden: true, onclick: loadOlder }, 'Load older');
  const detail = h('section', { class: 'detail', 'aria-label': 'Event', hidden: true });
  const providers = h('select', { 'aria-label': 'Provider', onchange: (happening) => apply({ provider: happening.target.value }) }, h('option', { value: '' }, 'All providers'));
  const sources = h('select', { 'aria-label': 'Source', onchange: (happening) => apply({ source: happening.target.value }) }, h('option', { value: '' }, 'All sources'));
  const element = h('div', { class: 'events' },
    h('section', { class: 'list', 'aria-label': 'Events' },
      h('form', { class: 'filters', role: 'search', onsubmit: (happening) => happening.preventDefault() },
        h('input', { class: 'search', type: 'search', placeholder: 'Search in events', 'aria-label': 'Text in the event', maxlength: '500', oninput: debounced((value) => apply({ q: value })) }),
        h('input', { type: 'search', placeholder: 'Type or glob', 'aria-label': 'Type, or a glob over types', maxlength: '200', spellcheck: 'false', oninput: debounced((value) => apply({ type: value.trim() })) }),
        providers, sources,
        h('select', { 'aria-label': 'Status', onchange: (happening) => apply({ status: happening.target.value }) },
          h('option', { value: '' }, 'Any status'), ['pending', 'delivered', 'dead'].map((value) => h('option', { value }, value)))),
      list, older),
    detail);
  list.addEventListener('keydown', moveBetweenRows);

  load();
  call('sources').then(({ sources: found }) => {
    const names = new Map(found.map(({ provider, title }) => [provider, title]));
    for (const [provider, title] of names) providers.append(h('option', { value: provider }, title));
    for (const { id } of found) sources.append(h('option', { value: id }, id));
  }).catch(() => {});

  return {
    element,
    close: () => { clearTimeout(refreshTimer); loading?.abort(); },
    onHappening(kind, data) {
      if (kind === 'refusal') return;
      refreshTimer ??= setTimeout(refresh, REFRESH_MS);
      if (kind === 'attempt' && data.keys.includes(openKey)) showDetail(openKey);
    },
    show(key) {
      if (key === openKey) return;
      const closed = openKey;
      openKey = key;
      draw();
      if (key !== undefined) return showDetail(key);
      element.classList.remove('has-detail');
      detail.hidden = true;
      list.querySelector(`[data-key="${CSS.escape(closed ?? '')}"]`)?.focus();
    },
  };

  function apply(change) {
    Object.assign(filter, change);
    load();
  }

  async function load() {
    loading?.abort();
    loading = new AbortController();
    try {
      const page = await call(`events?${queryOf({ ...filter, limit: PAGE })}`, { signal: loading.signal });
      rows = page.events;
      next = page.next;
      isLoaded = true;
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') showTrouble(error);
    }
  }

  /** Asks for the first page again, so that filters and statuses are the store's word; what was loaded below it stays. */
  async function refresh() {
    const asked = JSON.stringify(filter);
    try {
      const page = await call(`events?${queryOf({ ...filter, limit: PAGE })}`);
      if (asked !== JSON.stringify(filter)) return;
      const oldest = page.events.at(-1)?.key;
      const below = rows.findIndex(({ key }) => key === oldest);
      // No row in common: more came than a page holds, and a list with a gap in it would mislead.
      if (below === -1 || rows.length >= MOST_ROWS) ({ events: rows, next } = page);
      else rows = [...page.events, ...rows.slice(below + 1)];
      isLoaded = true;
      draw();
    } catch {
      // The next happening tries again.
    } finally {
      refreshTimer = undefined;
    }
  }

  async function loadOlder() {
    older.disabled = true;
    try {
      const page = await call(`events?${queryOf({ ...filter, limit: PAGE, before: next })}`);
      rows = [...rows, ...page.events];
      next = page.next;
      draw();
    } catch (error) {
      notify(error.message, true);
    } finally {
      older.disabled = false;
    }
  }

  function draw() {
    const focused = document.activeElement?.dataset?.key;
    fill(list, rows.map((row) => rowOf(row, row.key === openKey)));
    if (isLoaded && rows.length === 0) fill(list, nothing());
    older.hidden = next === undefined;
    if (focused !== undefined) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function nothing() {
    if (Object.values(filter).some(Boolean)) return empty('No event fits these filters', h('p', {}, 'Widen or clear them to see more.'));
    return empty('No events yet',
      h('p', {}, 'Send a sample, signed as its provider would sign it, from a terminal on the receiver\'s machine:'),
      command('chathooks send cometchat message_sent'),
      h('p', {}, 'Or give a ', h('a', { href: '#/sources' }, 'source\'s URL'), ' to its provider. Events show up here by themselves.'));
  }

  function showTrouble(error) {
    fill(list, empty('The events cannot be shown', h('p', {}, error.message), h('button', { type: 'button', onclick: load }, 'Try again')));
  }

  async function showDetail(key) {
    element.classList.add('has-detail');
    const isSame = detail.dataset.key === key && !detail.hidden;
    detail.hidden = false;
    detail.dataset.key = key;
    if (!isSame) fill(detail, h('p', { class: 'waiting-text' }, 'Loading …'));
    try {
      const found = await call(`events/${encodeURIComponent(key)}`);
      if (openKey !== key) return;
      const scrolled = detail.scrollTop;
      fill(detail, eventDetail(found, close));
      if (isSame) detail.scrollTop = scrolled;
      else detail.querySelector('h2')?.focus({ preventScroll: true });
    } catch (error) {
      if (openKey === key) fill(detail, empty('This event cannot be shown', h('p', {}, error.message), h('button', { type: 'button', onclick: close }, 'Close')));
    }
  }

  function close() { location.hash = '#/events'; }
}

function rowOf({ key, event, deliveries }, isOpen) {
  return h('a', { class: 'row', role: 'listitem', href: `#/events/${key}`, 'data-key': key, 'aria-current': isOpen ? 'true' : undefined },
    h('span', { class: ['mark', event.provider], 'aria-hidden': 'true' }, event.provider.slice(0, 2)),
    h('span', { class: 'what' },
      h('span', { class: 'type' }, event.type),
      h('span', { class: 'summary' }, summary(event))),
    h('span', { class: 'side' },
      h('span', { class: 'when' }, h('span', { class: 'hook' }, event.hook), time(event.receivedat)),
      h('span', { class: 'statuses' }, deliveries.length === 0 ? h('span', { class: 'status none' }, 'kept') : overall(deliveries))));
}

/** One word for all destinations: the worst of theirs. */
function overall(deliveries) {
  const worst = ['dead', 'pending', 'delivered'].find((value) => deliveries.some((delivery) => delivery.status === value));
  const title = deliveries.map(({ destination, status: of, attempts }) => `${destination}: ${of}, ${attempts} attempts`).join('\n');
  return status(worst, title);
}

function moveBetweenRows(happening) {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling', j: 'nextElementSibling', k: 'previousElementSibling' }[happening.key];
  if (step === undefined || happening.ctrlKey || happening.metaKey || happening.altKey) return;
  const row = happening.target.closest('.row')?.[step];
  if (!row) return;
  happening.preventDefault();
  row.focus();
}

function debounced(callback) {
  let timer;
  return (happening) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(happening.target.value), 250);
  };
}
