// What only changes how a page is seen: tabs of a phone, drawing or table, size of the paper, theme, password.

import { all, ask, mount, one, onPhone } from './page.js';

// the sections of the task page, one at a time on a phone
mount('[data-sections]', (tabs) => {
  const links = all('a', tabs);
  const show = (id) => {
    for (const link of links) {
      if (link.hash === `#${id}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const target = document.getElementById(id);
    const column = target?.closest('.column');
    for (const other of all('.columns > .column')) other.classList.toggle('shown', other === column);
    column?.classList.toggle('flow-shown', id === 'flow');
  };
  for (const link of links) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      show(link.hash.slice(1));
      one('#main').scrollTop = 0;
    });
  }
  const named = links.find((link) => link.hash === location.hash) ?? links[0];
  show(named.hash.slice(1));
});

// drawing or table
mount('[data-switch]', (pills) => {
  const links = all('a', pills);
  const show = (link) => {
    for (const other of links) {
      if (other === link) other.setAttribute('aria-current', 'true');
      else other.removeAttribute('aria-current');
      one(other.hash)?.classList.toggle('off', other !== link);
    }
  };
  for (const link of links) link.addEventListener('click', (event) => { event.preventDefault(); show(link); });
  show(links.find((link) => link.hash === location.hash) ?? links[0]);
});

// a press on a step of the drawing shows its line in the table
document.addEventListener('diagram:element', ({ detail }) => {
  const line = one(`.step-table [data-element="${CSS.escape(detail.id)}"]`);
  if (!line) return;
  one('[data-switch] a[href="#table"]')?.click();
  line.scrollIntoView({ block: 'center' });
});

const SIZES = ['p-s', '', 'p-l', 'p-xl'];
mount('.sheet-column', (column) => {
  const paper = one('.paper', column);
  let size = 1;
  for (const button of all('[data-sheet-zoom]', column)) {
    button.hidden = false;
    button.addEventListener('click', () => {
      size = Math.max(0, Math.min(SIZES.length - 1, size + Number(button.dataset.sheetZoom)));
      paper.className = `paper ${SIZES[size]}`;
    });
  }
  const full = one('[data-sheet-full]', column);
  if (full && column.requestFullscreen) {
    full.hidden = false;
    full.addEventListener('click', () => (document.fullscreenElement ? document.exitFullscreen() : column.requestFullscreen()));
  }
});

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-theme-switch]')) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  root.dataset.theme = theme;
  root.dataset.bsTheme = theme;
  const body = new FormData();
  body.set('theme', theme);
  ask(event.target.action, { method: 'POST', body });
});

mount('[data-show-password]', (button) => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const box = one('input', button.parentElement);
    const shown = box.type === 'text';
    box.type = shown ? 'password' : 'text';
    button.setAttribute('aria-pressed', `${!shown}`);
  });
});

mount('[data-print]', (button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});

// a phrase replaces what was offered and is added to what was written
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-phrases] button');
  if (!button) return;
  const group = button.closest('[data-phrases]');
  const box = document.getElementById(group.dataset.phrases || 'opinion');
  const offered = [box.defaultValue, ...all('button', group).map((other) => other.textContent)];
  const written = box.value.trim();
  box.value = !written || offered.includes(written) ? button.textContent : `${written}${button.textContent}`;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  if (!onPhone()) box.focus();
});

// the box grows with the opinion
document.addEventListener('input', ({ target }) => {
  if (!target.matches('.opinion textarea')) return;
  target.style.height = '';
  target.style.height = `${Math.min(140, Math.max(38, target.scrollHeight))}px`;
});

// cards of the start page, while typing
mount('[data-search-cards]', (box) => {
  const filter = () => {
    const words = box.value.trim().toLowerCase();
    for (const card of all('.process-card')) card.hidden = !card.dataset.words.includes(words);
    for (const group of all('[data-card-group]')) group.hidden = !all('.process-card', group).some((card) => !card.hidden);
    const frequent = one('.frequent');
    if (frequent) frequent.hidden = Boolean(words);
    one('[data-no-cards]').hidden = all('.process-card').some((card) => !card.hidden);
  };
  box.addEventListener('input', filter);
  if (box.value) filter();
});
