// Puts every finding of the server on its node: colour, a count, and the sentences in the title. A finding is a problem
// (error, warning) or a difference between two versions (removed, added, changed); the first kind here wins the colour.

import { strung, t } from '../words.js';

const SIGNS = { error: '!', warning: '!', removed: '−', added: '+', changed: '≠' };
const KINDS = Object.keys(SIGNS);

/** The findings that the page carries in the script element of this id, or none. */
export function problemsOfPage(id = 'problems') {
  const holder = document.getElementById(id);
  return holder ? JSON.parse(holder.textContent) : [];
}

function byElement(problems) {
  const found = new Map();
  for (const problem of problems) {
    if (!problem.element) continue; // about the file as a whole: only in the list
    found.set(problem.element, [...(found.get(problem.element) ?? []), problem]);
  }
  return found;
}

function badge(container, element, problems, kind, counted) {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = `diagram-badge diagram-${kind}`;
  node.textContent = problems.length > 1 ? `${SIGNS[kind]} ${problems.length}` : SIGNS[kind];
  const found = problems.map((one) => one.message_zh);
  node.title = found.join('\n');
  node.setAttribute('aria-label', t('{n} {what}：{found}', { n: problems.length, what: counted, found: strung(found) }));
  node.addEventListener('click', () => {
    container.dispatchEvent(new CustomEvent('designer:problem', { bubbles: true, detail: { element } }));
  });
  return node;
}

/** Marks the nodes and flows that have findings; returns the ids that the diagram really shows. */
export function drawProblems(container, viewer, problems, counted) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  const marked = new Set();
  for (const [id, own] of byElement(problems)) {
    const element = registry.get(id);
    if (!element) continue;
    const kind = KINDS.find((one) => own.some(({ severity }) => severity === one)) ?? 'warning';
    canvas.addMarker(id, `has-${kind}`);
    if (element !== canvas.findRoot(element)) {
      overlays.add(id, { position: { top: -9, left: -9 }, html: badge(container, id, own, kind, counted) });
    }
    marked.add(id);
  }
  return marked;
}
