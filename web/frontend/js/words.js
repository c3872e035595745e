// What the scripts say: Chinese as it is written here, or the English that a page brings in <script id="script-words">.
// Chinese outside t() and parts() is found by tools/bare_words.py; their English is kept in web/locales.

let brought;

function said(text) {
  brought ??= JSON.parse(document.getElementById('script-words')?.textContent ?? '{}');
  return brought[text] ?? text;
}

/** A sentence cut where its {names} are, with what `filled` has for them: for sentences that hold elements. */
export function parts(text, filled) {
  return said(text).split(/\{(\w+)\}/).map((part, n) => (n % 2 ? filled[part] : part));
}

/** The text in the language of the page, with its {names} filled in. */
export const t = (text, filled = {}) => parts(text, filled).join('');

/** Names one after another. */
export const listed = (names) => names.join(t('、'));

/** Sentences one after another. */
export const strung = (sentences) => sentences.join(t('；'));
