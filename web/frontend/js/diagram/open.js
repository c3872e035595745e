// Opens a BPMN file in an element: Chinese labels measured in the font that draws them, a layout where the file has none.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { hasShapes, laidOut } from './layout.js';
import { allowTouch } from './touch.js';
import { t } from '../words.js';

const LABEL_SIZE = 13;

/** Text styles in the page's own font: bpmn-js measures text itself, and another font would push labels out of their boxes. */
function textStyles(container) {
  const { fontFamily } = getComputedStyle(container);
  return {
    defaultStyle: { fontFamily, fontSize: LABEL_SIZE, lineHeight: 1.3 },
    externalStyle: { fontFamily, fontSize: LABEL_SIZE - 1, lineHeight: 1.3 },
  };
}

/** The text of a URL; a refusal becomes an error with the status. */
export async function fetched(url, kind) {
  const answer = await fetch(url, { credentials: 'same-origin', headers: { Accept: kind } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.text();
}

/** A viewer that shows `xml` inside `container`. */
export async function openDiagram(container, xml) {
  const viewer = new NavigatedViewer({ container, textRenderer: textStyles(container) });
  try {
    await viewer.importXML(hasShapes(xml) ? xml : await laidOut(xml));
  } catch (error) {
    viewer.destroy();
    throw error;
  }
  allowTouch(container, viewer.get('canvas'));
  return viewer;
}

/** Says in place of the diagram that it cannot be shown; `again` is what the button tries. */
export function showFailure(container, text, again) {
  const box = document.createElement('div');
  box.className = 'diagram-failure';
  box.setAttribute('role', 'alert');
  box.append(text);
  if (again) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'b sm';
    button.textContent = t('重试');
    button.addEventListener('click', () => {
      box.remove();
      again();
    });
    box.append(button);
  }
  container.append(box);
}

/** Gives the drawing its name for screen readers; the page's own text equivalent stays the full one. */
export function describe(container, text) {
  const svg = container.querySelector('.djs-container > svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', text);
}
