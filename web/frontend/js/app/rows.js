// Tables of rows grow and shrink; rows keep rising numbers, the server closes them up.

import { all, mount, one } from './page.js';

function wire(row, table) {
  const button = one('[data-remove-row]', row);
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    row.remove();
    table.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

mount('table[data-rows]', (table) => {
  const body = table.tBodies[0];
  const holder = table.closest('.field');
  const pattern = one('template', holder);
  const add = one('[data-add-row]', holder);
  if (!pattern || !add) return;
  let next = body.rows.length;
  // the empty row is there for those who have no script
  if (body.rows.length > 1) one('[data-spare]', body)?.remove();
  for (const row of body.rows) wire(row, table);
  add.hidden = false;
  add.addEventListener('click', () => {
    const made = document.createElement('template');
    made.innerHTML = pattern.innerHTML.split('__row__').join(`${next++}`);
    const row = made.content.firstElementChild;
    body.append(row);
    wire(row, table);
    row.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true }));
    all('input:not([type=hidden]), select, textarea', row)[0]?.focus();
  });
});
