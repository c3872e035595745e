// A form that is being filled in: saved as a draft, asked where it would go, and sent once.

import { ready } from './connection.js';
import { all, announce, ask, mount, one, parsed, settled } from './page.js';
import { t } from '../words.js';

const SAVE_MS = 3000;
const ASK_MS = 150;
const TYPED_MS = 700;

class Filling {
  constructor(form) {
    this.form = form;
    this.dirty = false;
    this.sent = false;
    this.asked = 0;
    this.saveSoon = settled(() => this.save(), SAVE_MS);
    this.askSoon = settled(() => this.askNext(), ASK_MS);
    this.askLater = settled(() => this.askNext(), TYPED_MS);
    form.addEventListener('input', (event) => this.touched(event));
    form.addEventListener('change', (event) => this.changed(event));
    form.addEventListener('submit', (event) => this.submitted(event));
    document.addEventListener('visibilitychange', () => document.hidden && this.flush());
    window.addEventListener('pagehide', () => this.flush());
    // back from the next page: the form may be sent again
    window.addEventListener('pageshow', (event) => event.persisted && this.reopen());
  }

  touched({ target }) {
    if (target.type === 'file' || target.closest('dialog')) return;
    this.dirty = true;
    this.saveSoon();
    if (target.name && target.name !== '_opinion') this.askLater();
  }

  changed({ target }) {
    if (target.name && !target.name.startsWith('_')) this.askSoon();
  }

  body() {
    const body = new FormData(this.form);
    for (const name of [...body.keys()]) if (body.get(name) instanceof File) body.delete(name);
    body.delete('_password'); // goes along with a decision only
    return body;
  }

  async save() {
    if (!this.dirty || this.sent) return;
    this.dirty = false;
    const answer = await ask(this.form.dataset.draftUrl, { method: 'POST', body: this.body(), accept: 'application/json' });
    if (!answer.ok) { this.dirty = true; return; }
    const { saved } = await answer.json();
    for (const place of all('[data-saved]', this.form)) place.textContent = t('已于 {time} 保存', { time: saved });
  }

  /** The tab closes: what was typed leaves with it, in a request that outlives the page. */
  flush() {
    if (!this.dirty || this.sent) return;
    this.dirty = false;
    this.saveSoon.cancel();
    navigator.sendBeacon(this.form.dataset.draftUrl, this.body());
  }

  async askNext() {
    const n = ++this.asked;
    const url = this.form.dataset.nextUrl ?? this.form.dataset.wayUrl;
    const answer = await ask(url, { method: 'POST', body: this.body() });
    if (!answer.ok || n !== this.asked) return; // a later question is under way
    const told = await parsed(answer);
    for (const id of ['next', 'way']) this.replace(id, told);
    this.words(told);
    this.block(told);
    this.adapt(told);
  }

  replace(id, told) {
    const [place, fresh] = [document.getElementById(id), told.getElementById(id)];
    if (!place || !fresh || place.innerHTML === fresh.innerHTML) return;
    place.innerHTML = fresh.innerHTML;
    if (id === 'next') announce(place.textContent.trim());
  }

  /** What the dictionary finds in what is typed now; what was ticked stays ticked. */
  words(told) {
    const [place, fresh] = [document.getElementById('words'), told.getElementById('words')];
    if (place && fresh) {
      const ticked = new Set(all('[name="_word"]:checked', place).map((box) => box.value));
      const reason = one('[name="_word_reason"]', place)?.value;
      for (const box of all('[name="_word"]', fresh)) box.checked = ticked.has(box.value);
      const words = one('[name="_word_reason"]', fresh);
      if (words && reason !== undefined) words.value = reason;
      if (!place.contains(document.activeElement)) place.replaceWith(document.importNode(fresh, true));
    }
    for (const found of all('ul.found', told)) {
      const beside = document.getElementById(found.id);
      if (beside && beside.innerHTML !== found.innerHTML) beside.innerHTML = found.innerHTML;
    }
  }

  /** Buttons that lead to nobody cannot be pressed. */
  block(told) {
    const blocked = JSON.parse(told.querySelector('[data-blocked]')?.dataset.blocked ?? '{}');
    for (const button of all('[data-outcome]', this.form)) button.disabled = Boolean(blocked[button.dataset.outcome]);
    const stuck = told.querySelector('[data-stuck]');
    if (stuck) one('[data-submit]', this.form).disabled = stuck.dataset.stuck === '1';
  }

  /** Fields that other values ask for appear; what was typed in those that go stays in the page, unsent by nobody. */
  adapt(told) {
    for (const fresh of all('[id$="-box"]', told)) {
      const box = document.getElementById(fresh.id);
      if (!box) continue;
      box.hidden = fresh.hidden;
      const [label, wanted] = [one('label, legend', box), one('label, legend', fresh)];
      label?.classList.toggle('must', wanted?.classList.contains('must') ?? false);
    }
  }

  /** Once, and not before the server is there and somebody is signed in: the page and its words stay until then. */
  async submitted(event) {
    if (this.cleared) { // let through by the line that asks for it again, below
      this.cleared = false;
      return;
    }
    event.preventDefault();
    if (this.sent) return;
    this.sent = true;
    const button = event.submitter;
    button?.setAttribute('aria-busy', 'true');
    if (!(await ready())) { this.reopen(); return; }
    this.cleared = true;
    this.form.requestSubmit(button ?? undefined);
  }

  reopen() {
    this.sent = false;
    this.cleared = false;
    for (const button of all('[aria-busy]', this.form)) button.removeAttribute('aria-busy');
  }
}

mount('form[data-draft-url]', (form) => {
  const filling = new Filling(form);
  for (const button of all('[data-save]', form)) {
    // 暂存 keeps the page where it is
    button.addEventListener('click', (event) => {
      event.preventDefault();
      filling.dirty = true;
      filling.save();
    });
  }
});
