// A diagram with what happened on it:
//   <div data-diagram data-xml-url="…" data-state-url="…" aria-label="…">
// The state is JSON: {passed: [flow and node ids], visits: {id: n}, open: [{element, performers: [names]}], done: [ids]}.
// A click on a node is told to the page as the event "diagram:element" with {id, name}.

import { describe, fetched, openDiagram, showFailure } from '../diagram/open.js';
import { Frame, wireButtons } from '../diagram/frame.js';
import { mount } from '../diagram/mount.js';
import { t } from '../words.js';
import { drawState, inWords } from './state.js';

async function show(container) {
  let xml;
  let state;
  try {
    [xml, state] = await Promise.all([
      fetched(container.dataset.xmlUrl, 'application/xml'),
      fetched(container.dataset.stateUrl, 'application/json').then(JSON.parse),
    ]);
  } catch (error) {
    showFailure(container, t('流程图没有取到（{why}）。', { why: error.message }), () => show(container));
    return;
  }
  try {
    const viewer = await openDiagram(container, xml);
    drawState(viewer, state);
    describe(container, container.getAttribute('aria-label') ?? inWords(viewer, state));
    const frame = new Frame(container, viewer, state.open[0]?.element);
    wireButtons(container, frame);
    viewer.on('element.click', ({ element }) => {
      const detail = { id: element.id, name: element.businessObject?.name ?? '' };
      container.dispatchEvent(new CustomEvent('diagram:element', { bubbles: true, detail }));
    });
  } catch (error) {
    showFailure(container, t('流程图无法绘制：{why}', { why: error.message }));
  }
}

mount('[data-diagram]', show);
