// A job's page asks how far it is: soon at first, then more rarely, not while nobody looks, and never all at one instant.

import { mount, one } from './page.js';

const FIRST = 1000;
const LONGEST = 10_000;
let wait = FIRST;

mount('[data-job]', () => {
  setTimeout(look, wait * (0.9 + Math.random() * 0.2));
  wait = Math.min(wait * 1.3, LONGEST);
});

async function look() {
  const page = one('[data-job]');
  if (!page) return;
  if (document.hidden) {
    document.addEventListener('visibilitychange', look, { once: true });
    return;
  }
  window.htmx.ajax('GET', page.dataset.job, { source: page, target: page, swap: 'outerHTML' });
}
