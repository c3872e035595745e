// Files go to the server as soon as they are chosen; the form then holds only their ids.

import { mount, one } from './page.js';
import { t } from '../words.js';

function line(name) {
  const made = document.createElement('li');
  const words = document.createElement('span');
  words.className = 'cut';
  words.textContent = name;
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.setAttribute('aria-label', t('正在上传 {name}', { name }));
  made.append(words, bar);
  return made;
}

function finished(made, field, { id, name }) {
  const keep = document.createElement('label');
  keep.className = 'choice';
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: field, value: id, checked: true });
  box.setAttribute('aria-label', t('保留 {name}', { name }));
  const link = Object.assign(document.createElement('a'), { className: 'cut', href: `/files/${id}`, textContent: name });
  keep.append(box, link);
  made.replaceChildren(keep);
}

function failed(made, request) {
  const words = document.createElement('span');
  words.className = 'wrong';
  const told = new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('#toast span');
  words.textContent = told ? told.textContent : t('上传没有成功，请再试一次。');
  words.setAttribute('role', 'alert');
  made.replaceChildren(words);
}

function send(file, field, list) {
  const made = line(file.name);
  list.append(made);
  const body = new FormData();
  body.set('file', file);
  const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
  request.upload.onprogress = ({ loaded, total }) => { const bar = one('progress', made); if (bar) bar.value = loaded / total; };
  request.onload = () => {
    if (request.status === 201) finished(made, field, JSON.parse(request.responseText));
    else failed(made, request);
    list.dispatchEvent(new Event('input', { bubbles: true }));
  };
  request.onerror = () => failed(made, request);
  request.open('POST', '/files');
  request.setRequestHeader('X-CSRFToken', document.body.dataset.csrf);
  request.setRequestHeader('HX-Request', 'true');
  request.send(body);
}

mount('[data-upload]', (holder) => {
  const input = one('input[type="file"]', holder);
  const list = one('.files', holder);
  const field = input.name.replace(/-upload$/, '');
  input.addEventListener('change', () => {
    if (holder.dataset.upload !== 'many') list.replaceChildren();
    for (const file of input.files) send(file, field, list);
    input.value = '';
  });
});
