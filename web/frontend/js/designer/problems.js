// Puts every problem of the server's report on its node: colour, a count, and the sentences in the title.

/** The problems that the page carries, or none. */
export function problemsOfPage() {
  const holder = document.getElementById('problems');
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

function badge(container, element, problems, kind) {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = `diagram-badge diagram-${kind}`;
  node.textContent = problems.length > 1 ? `! ${problems.length}` : '!';
  node.title = problems.map((one) => one.message_zh).join('\n');
  node.setAttribute('aria-label', `${problems.length} 处问题：${problems.map((one) => one.message_zh).join('；')}`);
  node.addEventListener('click', () => {
    container.dispatchEvent(new CustomEvent('designer:problem', { bubbles: true, detail: { element } }));
  });
  return node;
}

/** Marks the nodes and flows that have problems; returns the ids that the diagram really shows. */
export function drawProblems(container, viewer, problems) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  const marked = new Set();
  for (const [id, own] of byElement(problems)) {
    const element = registry.get(id);
    if (!element) continue;
    const kind = own.some((one) => one.severity === 'error') ? 'error' : 'warning';
    canvas.addMarker(id, `has-${kind}`);
    if (element !== canvas.findRoot(element)) {
      overlays.add(id, { position: { top: -9, left: -9 }, html: badge(container, id, own, kind) });
    }
    marked.add(id);
  }
  return marked;
}
