// The overview of supervision: how many reminders the chosen matters become, and its three sections on a phone.

import { all, mount, one } from './page.js';
import { parts, t } from '../words.js';

mount('[data-chase]', (form) => {
  const boxes = all('input[name="number"]', form);
  const sum = one('[data-chase-sum]', form);
  const button = one('[data-chase-send]', form);
  if (!button) return;
  const count = () => {
    const chosen = boxes.filter((box) => box.checked);
    const told = new Set(chosen.flatMap((box) => box.dataset.told.split(' ').filter(Boolean)));
    const figures = [chosen.length, told.size].map((n) => Object.assign(document.createElement('b'), { textContent: n }));
    sum.replaceChildren(...parts('已选 {chosen} 件，合并为 {told} 条提醒', { chosen: figures[0], told: figures[1] }));
    one('[data-chase-label]', button).textContent = t('催办所选 {n} 件', { n: chosen.length });
    button.disabled = chosen.length === 0;
  };
  form.addEventListener('change', count);
  form.addEventListener('submit', () => {
    // after the form has been read, so that one press sends one chase
    setTimeout(() => { button.disabled = true; button.setAttribute('aria-busy', 'true'); });
  });
  count();
});

mount('[data-sup-tabs]', (tabs) => {
  const links = all('a', tabs);
  one('.sup-board').classList.add('sup-tabbed');
  const show = (link) => {
    for (const other of links) {
      if (other === link) other.setAttribute('aria-current', 'true');
      else other.removeAttribute('aria-current');
      // a wide screen shows all three: the class only counts on a phone
      one(other.hash).classList.toggle('sup-off', other !== link);
    }
  };
  for (const link of links) link.addEventListener('click', (event) => { event.preventDefault(); show(link); });
  show(links.find((link) => link.hash === location.hash) ?? links[0]);
});
