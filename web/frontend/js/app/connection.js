// Before a form leaves: is the server there, and is somebody still signed in? What was typed stays in the page meanwhile.

import { all, announce, ask, one, parsed } from './page.js';
import { t } from '../words.js';

const RETRY_MS = 2000;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function say(words) {
  const toast = one('#toast');
  if (!toast) return;
  toast.hidden = !words;
  toast.className = words ? 'toast-x bad' : '';
  toast.setAttribute('role', 'alert');
  toast.textContent = words;
  if (words) announce(words);
}

/** Waits until the server answers and somebody is signed in; false if the person gave up signing in. */
export async function ready() {
  let told = false;
  for (;;) {
    let answer;
    try {
      answer = await ask('/here', { accept: 'application/json' });
    } catch {
      if (!told) say(t('网络断开，尚未提交。恢复后会自动继续，请不要关闭页面。'));
      told = true;
      await pause(RETRY_MS);
      continue;
    }
    if (told) { say(''); told = false; }
    if (answer.status === 401) {
      if (!(await signIn())) return false;
      continue;
    }
    if (answer.ok) renew((await answer.json()).csrf);
    return true;
  }
}

/** A new session has a new token; every form of the page gets it. */
function renew(token) {
  if (document.body.dataset.csrf === token) return;
  document.body.dataset.csrf = token;
  document.body.setAttribute('hx-headers', JSON.stringify({ 'X-CSRFToken': token }));
  for (const box of all('input[name="csrf_token"]')) box.value = token;
}

/** The login form over the page; true when somebody is signed in. */
async function signIn() {
  const page = await parsed(await fetch('/login', { credentials: 'same-origin' }));
  const form = page.querySelector('.door-form');
  if (!form) return true;
  const dialog = document.createElement('dialog');
  dialog.className = 'dlg';
  dialog.setAttribute('aria-labelledby', 'again-title');
  form.classList.remove('card-x');
  const title = document.createElement('h2');
  title.id = 'again-title';
  title.textContent = t('登录已过期，请重新登录后继续');
  one('h1', form).replaceWith(title);
  dialog.append(form);
  one('#dialogs').append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener('close', () => { dialog.remove(); done(dialog.returnValue === 'in'); });
    form.addEventListener('submit', (event) => { event.preventDefault(); enter(dialog, form); });
  });
}

async function enter(dialog, form) {
  if (!form.hasAttribute('action')) { dialog.close('in'); return; } // done in the other window, or asked for again
  const target = form.getAttribute('action');
  const answer = await fetch(target, { method: 'POST', body: new FormData(form), credentials: 'same-origin' });
  if (answer.ok && !new URL(answer.url).pathname.startsWith('/login')) { dialog.close('in'); return; }
  const page = (await parsed(answer)).querySelector('.door-form');
  if (page?.dataset.lacks === 'factor') askCode(form, page);
  else if (page?.dataset.lacks) goElsewhere(form);
  else {
    const told = page?.querySelector('#login-problem');
    one('#login-problem', form)?.remove();
    if (told) one('h2', form).after(told);
    one('input[name="password"]', form).value = '';
    one('input[name="password"]', form).focus();
  }
}

/** The password was right, and a code is wanted too. */
function askCode(form, page) {
  form.setAttribute('action', page.getAttribute('action'));
  const title = one('h2', form);
  one('h1', page).remove();
  form.replaceChildren(title, ...page.childNodes);
  one('input[name="code"]', form).focus();
}

/** What takes more than a line is done in a window of its own, so that what was typed here survives. */
function goElsewhere(form) {
  const title = one('h2', form);
  const way = document.createElement('a');
  Object.assign(way, { href: '/login/further', target: '_blank', rel: 'noopener', className: 'b wide', textContent: t('在新窗口完成登录') });
  const goOn = document.createElement('button');
  Object.assign(goOn, { className: 'b pri wide', textContent: t('已完成，继续') });
  form.removeAttribute('action');
  form.replaceChildren(title, way, goOn);
  way.focus();
}

document.addEventListener('htmx:sendError', () => say(t('网络断开，没有提交成功。恢复后请再点一次，不会重复办理。')));
