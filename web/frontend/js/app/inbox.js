// The inbox in place: the pane follows the selected row, a decision swaps the list without losing its place.

import { all, announce, ask, mount, one, onPhone } from './page.js';
import { openDialog } from './dialogs.js';
import { t } from '../words.js';

const rows = () => all('.row-i', one('#rows') ?? document.createElement('ul'));
const current = () => one('.row-i.on');

function addressOf(key) {
  const address = new URL(location.href);
  address.searchParams.set('sel', key);
  return address.pathname + address.search;
}

/** Selects a row: the pane shows it, the address names it, and it counts as read. */
export function select(row, { focus = false } = {}) {
  const pane = one('#preview');
  if (!row || !pane) return;
  for (const other of rows()) {
    other.classList.toggle('on', other === row);
    const link = one('.name', other);
    if (other === row) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  row.scrollIntoView({ block: 'nearest' });
  if (focus) one('.name', row).focus({ preventScroll: true });
  const address = addressOf(row.dataset.key);
  history.replaceState(null, '', address);
  window.htmx.ajax('GET', address, { source: pane, target: pane, swap: 'innerHTML' });
  read(row);
}

/** Unread becomes read, here and for whoever sent it. */
function read(row) {
  if (!row.classList.contains('unread')) return;
  row.classList.remove('unread');
  one('[data-unread]', row)?.remove();
  const body = new FormData();
  body.set('item', row.dataset.item);
  ask(`/t/${encodeURIComponent(row.dataset.key.split('.')[0])}/opened`, { method: 'POST', body });
}

export function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(current());
  select(list[Math.max(0, Math.min(list.length - 1, at + step))], { focus: true });
}

export function pick() {
  const box = one('.pick input', current() ?? document.createElement('i'));
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

function showPicked() {
  const n = all('.pick input:checked').length;
  const bar = one('[data-bulk-bar]');
  if (!bar) return;
  bar.hidden = n === 0;
  one('#list').classList.toggle('picking', n > 0);
  one('[data-picked]', bar).textContent = `${n}`;
  const tooMany = n > Number(bar.dataset.most);
  one('[data-too-many]', bar).hidden = !tooMany;
  for (const button of all('button[name="do"]', bar)) {
    button.disabled = tooMany;
    if (tooMany) button.setAttribute('aria-describedby', 'bulk-most');
    else button.removeAttribute('aria-describedby');
  }
}

/** Numbers beside the menus and in the title, as the last answer of the server says. */
export function showCounts(counts) {
  for (const place of all('[data-count]')) {
    const n = counts[place.dataset.count];
    if (n === undefined) continue;
    const unit = one('.sr', place);
    place.textContent = `${n}`;
    if (unit) place.append(unit);
    place.hidden = n === 0;
  }
}

document.addEventListener('click', (event) => {
  const row = event.target.closest('#rows .row-i');
  if (row && !event.target.closest('a, label, input, button')) {
    if (onPhone() || !one('#preview')) location.href = one('.name', row).href;
    else select(row);
  }
  if (event.target.closest('[data-unpick]')) {
    for (const box of all('.pick input:checked')) box.checked = false;
    showPicked();
  }
});

document.addEventListener('change', (event) => {
  if (event.target.matches('.pick input')) showPicked();
  if (event.target.matches('[data-filter-form] select')) event.target.form.requestSubmit();
});

// several at once: the guard comes as a dialog
document.addEventListener('submit', async (event) => {
  if (event.target.id !== 'bulk') return;
  event.preventDefault();
  const body = new FormData(event.target);
  if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
  if (event.submitter?.value === 'read') { // needs no guard: the list comes back
    window.htmx.ajax('POST', event.target.action, { source: event.target, target: '#desk', swap: 'outerHTML', values: body });
    return;
  }
  openDialog(await (await ask(event.target.action, { method: 'POST', body })).text());
});

// ------------------------------------------------------------------ the list keeps its place

const KEPT = 'inbox-scroll';
const place = () => {
  const address = new URL(location.href);
  address.searchParams.delete('sel');
  return address.pathname + address.search;
};
let scrolled = 0;
let beating;
let tag = '';

document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.target?.id === 'desk') scrolled = one('#rows')?.scrollTop ?? 0;
});

document.addEventListener('htmx:afterSwap', (event) => {
  const { target, xhr } = event.detail;
  if (target?.id !== 'desk') return;
  const { pathname, search } = new URL(xhr.responseURL, location.href);
  if (pathname === location.pathname) history.replaceState(null, '', pathname + search);
});

mount('#desk', (desk) => {
  const list = one('#rows', desk);
  showCounts(JSON.parse(desk.dataset.counts));
  document.title = desk.dataset.title;
  clearInterval(beating);
  tag = '';
  if (desk.dataset.pulse) beating = setInterval(() => beat(desk), Number(desk.dataset.every) * 1000);
  if (!list) return;
  const before = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
  list.scrollTop = scrolled || (before.place === place() ? before.top : 0);
  current()?.scrollIntoView({ block: 'nearest' });
});

document.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target?.id !== 'desk') return;
  const row = current();
  if (row && !one('dialog[open]')) one('.name', row).focus({ preventScroll: true });
});

window.addEventListener('pagehide', () => {
  const list = one('#rows');
  if (list) sessionStorage.setItem(KEPT, JSON.stringify({ place: place(), top: list.scrollTop }));
});

// the decision in the pane goes by htmx, so that the list changes in place
mount('[data-quick-form]', (form) => {
  form.setAttribute('hx-post', form.getAttribute('action'));
  form.setAttribute('hx-target', '#desk');
  form.setAttribute('hx-swap', 'outerHTML');
  form.setAttribute('hx-disabled-elt', 'find .ok');
  window.htmx.process(form);
});

// ------------------------------------------------------------------ once a minute

/** Rows that came are only told; rows that went are taken away, because the numbers must agree with the list. */
async function beat(desk) {
  if (document.hidden || one('dialog[open]')) return;
  const answer = await ask(desk.dataset.pulse, { accept: 'application/json', headers: tag ? { 'If-None-Match': tag } : {} });
  if (!answer.ok) return;
  tag = answer.headers.get('ETag') ?? '';
  const { items, counts } = await answer.json();
  const now = new Map(items.map((item) => [`${item.id}`, item]));
  const shown = new Map(rows().map((row) => [row.dataset.item, row]));
  const arrived = items.filter((item) => !shown.has(`${item.id}`)).length;
  const left = [...shown.keys()].filter((id) => !now.has(id)).length;
  for (const [id, row] of shown) if (now.has(id)) freshen(row, now.get(id));
  if (arrived) tellArrivals(arrived);
  else if (left) window.htmx.ajax('GET', location.pathname + location.search, { source: desk, target: desk, swap: 'outerHTML' });
  else showCounts(counts);
}

function freshen(row, item) {
  const light = one('[data-light] span:last-child', row);
  if (light) light.textContent = item.remaining;
  if (item.read) {
    row.classList.remove('unread');
    one('[data-unread]', row)?.remove();
  }
}

function tellArrivals(n) {
  const notice = one('#arrivals');
  const words = t('有 {n} 件新到，点击显示', { n });
  one('span', notice).textContent = words;
  if (notice.hidden) announce(words);
  notice.hidden = false;
}

document.addEventListener('visibilitychange', () => {
  const desk = one('[data-pulse]');
  if (!document.hidden && desk) beat(desk);
});
