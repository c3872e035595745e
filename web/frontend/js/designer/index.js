// A diagram with what is wrong with it:
//   <div data-designer data-xml-url="…">   or   data-xml-from="id of a hidden textarea that holds the file"
// The problems stand in <script type="application/json" id="problems">, or under the id that data-problems names:
//   [{element, line, code, message_zh, severity}]
// data-counted says what they are ("处问题" unless it does).
// A click on a badge is told to the page as "designer:problem" with {element}; data-goto="element" anywhere moves the view.

import { describe, fetched, openDiagram, showFailure } from '../diagram/open.js';
import { Frame, wireButtons } from '../diagram/frame.js';
import { mount } from '../diagram/mount.js';
import { t } from '../words.js';
import { drawProblems, problemsOfPage } from './problems.js';

async function source({ xmlFrom, xmlUrl }) {
  return xmlFrom ? document.getElementById(xmlFrom).value : fetched(xmlUrl, 'application/xml');
}

async function show(container) {
  let xml;
  try {
    xml = await source(container.dataset);
  } catch (error) {
    showFailure(container, t('流程图没有取到（{why}）。', { why: error.message }), () => show(container));
    return;
  }
  try {
    const viewer = await openDiagram(container, xml);
    const { problems: id, counted = t('处问题') } = container.dataset;
    const problems = problemsOfPage(id);
    const marked = drawProblems(container, viewer, problems, counted);
    describe(container, t('流程图，{n} {what}，其中 {marked} 个节点有标记。', { n: problems.length, what: counted, marked: marked.size }));
    const frame = new Frame(container, viewer, undefined);
    wireButtons(container, frame);
    nameLinks(viewer);
    followLinks(viewer, frame);
  } catch (error) {
    // the list of problems beside the diagram is drawn by the server and says what is wrong with the file
    showFailure(container, t('流程图无法绘制：{why}', { why: error.message }));
  }
}

/** The server names elements it could not read by their ids; the drawing knows what they are called. */
function nameLinks(viewer) {
  const registry = viewer.get('elementRegistry');
  for (const link of document.querySelectorAll('[data-goto]')) {
    const name = registry.get(link.dataset.goto)?.businessObject.name?.replace(/\s+/g, '');
    if (name && link.textContent === link.dataset.goto) link.textContent = t('{name}（{id}）', { name, id: link.dataset.goto });
  }
}

/** The list of problems leads to the nodes; the node that was asked for is outlined. */
function followLinks(viewer, frame) {
  const canvas = viewer.get('canvas');
  let shown;
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-goto]');
    if (!link || !frame.goTo(link.dataset.goto)) return;
    event.preventDefault();
    if (shown) canvas.removeMarker(shown, 'is-shown');
    shown = link.dataset.goto;
    canvas.addMarker(shown, 'is-shown');
    frame.container.scrollIntoView({ block: 'nearest' });
  });
}

mount('[data-designer]', show);
