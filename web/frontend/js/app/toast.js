// The message at the foot of the page: counts down while it can be undone, goes by itself when it only informs.

import { mount, one } from './page.js';

const INFORM_MS = 7000;

function gone(toast) {
  toast.hidden = true;
  toast.replaceChildren();
  toast.className = '';
}

mount('#toast', (toast) => {
  if (toast.hidden) return;
  const close = one('[data-close-toast]', toast);
  if (close) {
    close.hidden = false;
    close.addEventListener('click', () => gone(toast));
  }
  const seconds = Number(toast.dataset.seconds);
  if (!seconds) {
    if (!toast.classList.contains('bad')) setTimeout(() => gone(toast), INFORM_MS);
    return;
  }
  const end = Date.now() + seconds * 1000;
  const figure = one('[data-countdown]', toast);
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0 || !toast.isConnected) {
      clearInterval(timer);
      if (toast.isConnected) gone(toast);
    } else figure.textContent = `${left}`;
  }, 250);
});

mount('[data-undo]', (form) => {
  if (!one('#desk')) return;
  one('[name="next"]', form).value = location.pathname + location.search;
  form.setAttribute('hx-post', form.getAttribute('action'));
  form.setAttribute('hx-target', '#desk');
  form.setAttribute('hx-swap', 'outerHTML');
  window.htmx.process(form);
});
