// The checklist of a meeting: choosing the evidence of an entry hands it in and ticks the entry.

import { announce } from './page.js';
import { t } from '../words.js';

document.addEventListener('change', ({ target }) => {
  if (!target.matches('.entry-c input[type="file"]') || !target.files.length) return;
  announce(t('正在上传 {name}', { name: target.files[0].name }));
  target.form.requestSubmit(target.form.querySelector('[name="_outcome"]'));
});

// one press, one tick
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-tick]')) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
