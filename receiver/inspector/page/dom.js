/*
 * Builds elements. What is shown was written by strangers: it becomes text nodes and attribute values, never markup.
 */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} properties attributes; `on…` are listeners, `class` may be a list.
 * @param {...(Node | string | number | null | undefined | false | unknown[])} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = [value].flat().filter(Boolean).join(' ');
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** Replaces everything in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

let hideTimer;

/** Says something in passing, to a screen reader too. */
export function notify(message, isTrouble = false) {
  const notice = document.getElementById('notice');
  fill(notice, message);
  notice.className = isTrouble ? 'shown trouble' : 'shown';
  clearTimeout(hideTimer);
  hideTimer = setTimeout(() => { notice.className = ''; }, isTrouble ? 7000 : 3500);
}

/** A button that copies a text. */
export function copyButton(text, label) {
  return h('button', {
    class: 'quiet', type: 'button', 'aria-label': label,
    async onclick() {
      try {
        await navigator.clipboard.writeText(text());
        notify('Copied.');
      } catch {
        notify('The browser does not allow copying here. Select the text instead.', true);
      }
    },
  }, 'Copy');
}

/** What a view shows where it has nothing: what that means and what to do. */
export function empty(title, ...rest) {
  return h('div', { class: 'empty' }, h('h2', {}, title), rest);
}

/** A command to copy. */
export function command(text) {
  return h('div', { class: 'command' }, h('code', {}, text), copyButton(() => text, 'Copy the command'));
}

/** A heading over a view, with what can be done there. */
export function viewHeading(title, explanation, ...actions) {
  return h('header', { class: 'view-heading' }, h('div', {}, h('h1', { tabindex: '-1' }, title), h('p', {}, explanation)), h('div', { class: 'actions' }, actions));
}
