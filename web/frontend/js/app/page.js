// Small verbs every other file uses. The class "scripted" tells the style sheet that tabs and menus really work.

export { mount } from '../diagram/mount.js';

document.documentElement.classList.add('scripted');
// a box that grew while somebody typed must not hand its style attribute to the next one: the policy forbids it
window.htmx.config.attributesToSettle = ['class'];

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const onPhone = () => window.matchMedia('(max-width: 991.98px)').matches;
export const byTouch = () => window.matchMedia('(pointer: coarse)').matches;

// on a phone a strip of tabs is wider than the screen: the one that is open must be seen
for (const strip of all('.tabs')) {
  const open = one('[aria-current="page"], [aria-selected="true"]', strip)?.getBoundingClientRect();
  const seen = strip.getBoundingClientRect();
  if (open) strip.scrollLeft += open.left + open.width / 2 - (seen.left + seen.width / 2);
}

/** fetch with what our server wants: the CSRF token, and a sign that a script asks for a part of a page. */
export function ask(url, { method = 'GET', body, accept = 'text/html', headers = {} } = {}) {
  return fetch(url, {
    method,
    body,
    credentials: 'same-origin',
    headers: { Accept: accept, 'HX-Request': 'true', 'X-CSRFToken': document.body.dataset.csrf, ...headers },
  });
}

/** Tells a screen reader something that is only seen. */
export function announce(text) {
  const live = one('#live');
  live.textContent = '';
  setTimeout(() => { live.textContent = text; }, 30);
}

/** Calls `work` once the calls have stopped for `wait` milliseconds. */
export function settled(work, wait) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** The parsed body of an answer. */
export const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), 'text/html');

/** Shows the message of a refused request at the foot of the page. */
export async function complain(answer) {
  const told = (await parsed(answer)).querySelector('#toast');
  const toast = one('#toast');
  if (!told || !toast) return;
  toast.replaceWith(told);
  told.removeAttribute('hx-swap-oob');
  window.htmx.process(told);
  told.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true }));
}

// who signs in next must find nothing of the person before: places in lists, with the words that were looked for
if (document.body.dataset.page === 'login') sessionStorage.clear();
// a menu longer than the screen shows the entry where its reader is
one('.side [aria-current]')?.scrollIntoView({ block: 'nearest' });
