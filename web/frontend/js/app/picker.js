// A list of people, units or records becomes a field in which one searches by name, pinyin or code.

import { ask, mount, settled } from './page.js';
import { t } from '../words.js';

let count = 0;

class Picker {
  constructor(select) {
    this.select = select;
    this.many = select.multiple;
    this.active = -1;
    this.found = [];
    this.build();
    this.show();
    this.search = settled(() => this.look(), 120);
    this.input.addEventListener('input', () => this.search());
    this.input.addEventListener('focus', () => this.look());
    this.input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const line = event.target.closest('li[role="option"]');
      if (line) this.take(this.found[Number(line.dataset.n)]);
    });
  }

  build() {
    const id = `picker-${++count}`;
    const box = document.createElement('div');
    box.className = 'picker';
    box.innerHTML = '<div class="picker-box"></div><ul class="picker-list" role="listbox" hidden></ul>';
    [this.box, this.list] = box.children;
    this.list.id = id;
    this.input = document.createElement('input');
    this.input.type = 'text';
    this.input.id = this.select.id;
    const named = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id, autocomplete: 'off' };
    for (const [name, value] of Object.entries(named)) this.input.setAttribute(name, value);
    for (const name of ['aria-describedby', 'aria-invalid', 'aria-label', 'aria-required']) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    const label = this.select.labels?.[0]?.firstChild?.textContent?.trim();
    this.list.setAttribute('aria-label', label ?? t('可选项'));
    this.select.removeAttribute('id');
    this.select.hidden = true;
    this.select.before(box);
    box.append(this.select);
    this.box.append(this.input);
  }

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  show() {
    for (const chip of [...this.box.querySelectorAll('.picked')]) chip.remove();
    for (const option of this.chosen()) {
      const chip = document.createElement('span');
      chip.className = 'picked';
      const name = document.createElement('span');
      name.className = 'cut';
      name.textContent = option.dataset.name ?? option.textContent.trim();
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.textContent = '✕';
      remove.setAttribute('aria-label', t('去掉 {name}', { name: name.textContent }));
      remove.addEventListener('click', () => { this.choose(option.value, false); this.input.focus(); });
      chip.append(name, remove);
      this.input.before(chip);
    }
    this.input.placeholder = this.chosen().length ? '' : t('姓名、名称或拼音首字母');
    if (this.select.dataset.picker.includes('/records/')) this.input.placeholder = this.chosen().length ? '' : t('搜索');
  }

  async look() {
    const words = this.input.value.trim();
    const answer = await ask(`${this.select.dataset.picker}?q=${encodeURIComponent(words)}`, { accept: 'application/json' });
    if (!answer.ok || words !== this.input.value.trim() || document.activeElement !== this.input) return;
    const taken = new Set(this.chosen().map((option) => option.value));
    const all = await answer.json();
    this.found = all.filter((one) => !taken.has(one.value));
    this.empty = all.length ? t('已经选上了') : t('没有找到');
    this.active = this.found.length ? 0 : -1;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.found.map((one, n) => this.line(one, n)));
    if (!this.found.length) {
      const none = document.createElement('li');
      none.className = 'none';
      none.textContent = this.empty;
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    const below = window.innerHeight - this.box.getBoundingClientRect().bottom;
    this.list.classList.toggle('up', below < 240);
    this.mark();
  }

  line(one, n) {
    const line = document.createElement('li');
    line.id = `${this.list.id}-${n}`;
    line.dataset.n = `${n}`;
    line.setAttribute('role', 'option');
    line.textContent = one.label;
    if (one.note) {
      const note = document.createElement('small');
      note.textContent = one.note;
      line.append(note);
    }
    return line;
  }

  mark() {
    [...this.list.children].forEach((line, n) => line.setAttribute('aria-selected', `${n === this.active}`));
    const line = this.list.children[this.active];
    if (this.active >= 0 && line) {
      this.input.setAttribute('aria-activedescendant', line.id);
      line.scrollIntoView({ block: 'nearest' });
    } else this.input.removeAttribute('aria-activedescendant');
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) { this.look(); return; }
      this.active = Math.max(0, Math.min(this.found.length - 1, this.active + step));
      this.mark();
    } else if (event.key === 'Enter' && !this.list.hidden && this.found[this.active]) {
      event.preventDefault();
      this.take(this.found[this.active]);
    } else if (event.key === 'Escape' && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Backspace' && !this.input.value && this.chosen().length) {
      this.choose(this.chosen()[this.chosen().length - 1].value, false);
    }
  }

  take(one) {
    let option = [...this.select.options].find((other) => other.value === one.value);
    if (!option) {
      option = new Option(one.label, one.value);
      this.select.append(option);
    }
    option.dataset.name = one.label;
    this.choose(one.value, true);
    this.input.value = '';
    this.close();
  }

  choose(value, chosen) {
    for (const option of this.select.options) {
      if (option.value === value) option.selected = chosen;
      else if (!this.many && chosen) option.selected = false;
    }
    if (!this.many && !chosen) this.select.value = '';
    this.show();
    this.select.dispatchEvent(new Event('input', { bubbles: true }));
    this.select.dispatchEvent(new Event('change', { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }
}

mount('select[data-picker]', (select) => new Picker(select));
