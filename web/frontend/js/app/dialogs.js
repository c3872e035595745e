// Links and forms that open a dialog; without this file the same addresses are pages of their own.

import { all, ask, byTouch, complain, mount, one } from './page.js';

/** Puts a form into a modal dialog and lets it submit; the focus goes back to where it was. */
export function openDialog(html) {
  const opener = document.activeElement;
  const dialog = document.createElement('dialog');
  dialog.className = 'dlg';
  dialog.innerHTML = html;
  const form = one('[data-dialog]', dialog);
  if (!form) return null;
  dialog.replaceChildren(form);
  prepare(dialog, form);
  one('#dialogs').append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (opener && opener.isConnected) opener.focus();
  });
  // the keyboard of a phone would cover the sheet
  if (byTouch()) for (const box of all('[autofocus]', dialog)) box.removeAttribute('autofocus');
  dialog.showModal();
  window.htmx.process(dialog);
  dialog.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true }));
  return dialog;
}

function prepare(dialog, form) {
  form.classList.remove('card-x');
  dialog.setAttribute('role', form.dataset.dialog);
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  // in the inbox the list changes in place; elsewhere the page goes on to where the server sends it
  if (one('#desk')) {
    form.setAttribute('hx-post', form.getAttribute('action'));
    form.setAttribute('hx-target', '#desk');
    form.setAttribute('hx-swap', 'outerHTML');
  }
  all('h1', form).forEach((title) => {
    const lower = document.createElement('h2');
    lower.id = title.id;
    lower.append(...title.childNodes);
    title.replaceWith(lower);
  });
}

/** The first box of a form that must hold words and does not; says so beside it. */
function missing(form) {
  const empty = all('[data-required-text], select[required]', form).find((box) => !box.value.trim());
  for (const box of all('[data-required-text]', form)) mark(box, box === empty);
  return empty;
}

function mark(box, wrong) {
  box.setAttribute('aria-invalid', `${wrong}`);
  box.closest('.opinion')?.classList.toggle('bad', wrong);
  const words = document.getElementById(box.getAttribute('aria-describedby'));
  if (!words) return;
  words.hidden = !wrong;
  if (wrong) words.textContent = box.dataset.requiredText;
}

function refuse(event) {
  const box = missing(event.target);
  if (!box) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const shown = box.hidden ? one('input[role="combobox"]', box.parentElement) : box;
  shown.focus();
}

document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-dialog]')) refuse(event);
}, true);

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-open-dialog]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const answer = await ask(link.href);
    if (answer.ok) openDialog(await answer.text());
    else await complain(answer);
  }
  const closing = event.target.closest('dialog [data-close]');
  if (closing) {
    event.preventDefault();
    closing.closest('dialog').close();
  }
  if (event.target.closest('[data-help]')) {
    event.preventDefault();
    one('#help').showModal();
  }
  // a press on the backdrop closes what holds no typed words
  if (event.target.matches('dialog#help')) event.target.close();
});

// a menu closes when the press is elsewhere, and with Escape
document.addEventListener('click', (event) => {
  for (const menu of all('details[data-drop][open]')) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of all('details[data-drop][open]')) {
    menu.open = false;
    one('summary', menu).focus();
  }
});

// a refused dialog comes back into its dialog, not into the list
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr, requestConfig } = event.detail;
  const dialog = requestConfig.elt.closest('dialog');
  if (dialog && xhr.status < 400) dialog.close();
  if (xhr.status === 422 && dialog) {
    const again = new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector('[data-dialog]');
    event.detail.shouldSwap = false;
    if (again) {
      dialog.close();
      openDialog(again.outerHTML);
    }
  }
  if (xhr.getResponseHeader('HX-Reswap') === 'none') event.detail.shouldSwap = true; // only the message beside it
});

mount('[data-focus]', (element) => element.focus());
