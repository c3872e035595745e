// Single keys. Never while somebody types or composes Chinese, never with a modifier, never over a dialog.

import { all, one } from './page.js';
import { move, pick } from './inbox.js';

const typing = (target) => target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');

/** Presses the control that stands for a letter on this page. */
function press(letter) {
  const found = all(`[data-key="${letter}"]`).find((control) => !control.disabled && control.offsetParent !== null);
  found?.click();
  return Boolean(found);
}

const ACTS = {
  '?': () => { one('#help').showModal(); return true; },
  '/': () => { one('#find').focus(); return true; },
  z: () => { one('[data-undo] button')?.click(); return true; },
  j: () => (one('#rows') ? (move(1), true) : press('j')),
  k: () => (one('#rows') ? (move(-1), true) : press('k')),
  arrowdown: () => Boolean(document.activeElement?.closest('#rows')) && (move(1), true),
  arrowup: () => Boolean(document.activeElement?.closest('#rows')) && (move(-1), true),
  x: () => (pick(), true),
  a: () => press('a') || press('o'), // what must be opened is opened, never decided
  r: () => press('r'),
  o: () => press('o'),
};

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.keyCode === 229 || event.key === 'Process') return;
  if (!('shortcuts' in document.body.dataset) || one('dialog[open]')) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const act = ACTS[event.key === '/' && event.shiftKey ? '?' : event.key.toLowerCase()];
  if (act && act()) event.preventDefault();
});
