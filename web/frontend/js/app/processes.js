// The designer's pages: a mark on the drawing leads to its line in the list, and a file may be dropped on the upload card.

import { all, mount, one } from './page.js';
import { t } from '../words.js';

document.addEventListener('designer:problem', ({ detail: { element } }) => {
  const lines = all('[data-finding]');
  const line = lines.find((each) => each.dataset.finding === element);
  if (!line) return;
  for (const each of lines) each.classList.toggle('shown', each === line);
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: 'nearest' });
});

mount('[data-drop-upload]', (card) => {
  const input = one('input[type="file"]', card);
  const chosen = one('[data-chosen]', card);
  const told = () => { one('.cut', chosen).textContent = input.files[0]?.name ?? t('选择文件'); };
  chosen.hidden = false;
  input.classList.add('sr');
  input.addEventListener('change', told);
  chosen.addEventListener('click', () => input.click());
  const over = (shown) => card.classList.toggle('over', shown);
  card.addEventListener('dragover', (event) => { event.preventDefault(); over(true); });
  card.addEventListener('dragleave', () => over(false));
  card.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length === 1) input.files = event.dataTransfer.files;
    told();
  });
});
