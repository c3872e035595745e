// What part of a diagram is seen: the whole, or a readable part around one element; also after the frame changes size.

const READABLE = 0.75; // a whole diagram smaller than this cannot be read
const CLOSE = 0.9;
const MARGIN = 0.93; // a whole diagram that touches its frame loses the edge of its outermost nodes and their badges

/** Keeps the view of `viewer` on what matters; `focus` names the element to be centred when the whole is too small. */
export class Frame {
  constructor(container, viewer, focus) {
    this.container = container;
    this.canvas = viewer.get('canvas');
    this.registry = viewer.get('elementRegistry');
    this.focus = focus;
    this.whole = false;
    // a frame in a closed tab has no size yet; the view is set when it gets one
    this.observer = new ResizeObserver(() => this.show());
    this.observer.observe(container);
    viewer.on('diagram.destroy', () => this.observer.disconnect());
  }

  show() {
    const { clientWidth, clientHeight } = this.container;
    if (!clientWidth || !clientHeight) return;
    this.canvas.resized();
    const element = this.registry.get(this.focus);
    if (element && !this.whole) this.canvas.setRootElement(this.canvas.findRoot(element));
    const scale = this.canvas.zoom('fit-viewport', 'auto') * MARGIN;
    if (this.whole || !element || scale >= READABLE) this.canvas.zoom(Math.min(scale, 1), 'auto');
    else this.centre(element, CLOSE);
  }

  /** Puts an element in the middle, or as near as leaves no empty half. */
  centre(element, scale) {
    const { clientWidth, clientHeight } = this.container;
    const width = clientWidth / scale;
    const height = clientHeight / scale;
    const box = element.waypoints ? element.waypoints[0] : element;
    const x = box.x + (box.width ?? 0) / 2;
    const y = box.y + (box.height ?? 0) / 2;
    this.canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
  }

  /** Shows one element, from a list of problems or records beside the diagram. */
  goTo(id) {
    const element = this.registry.get(id);
    if (!element) return false;
    this.focus = id;
    this.whole = false;
    this.canvas.setRootElement(this.canvas.findRoot(element));
    this.centre(element, CLOSE);
    return true;
  }

  zoomBy(factor) {
    this.canvas.zoom(this.canvas.zoom() * factor, 'auto');
  }
}

/** Makes the buttons around a diagram work: data-diagram-fit, and data-diagram-zoom with "in" or "out". */
export function wireButtons(container, frame) {
  const around = container.closest('[data-diagram-frame]') ?? container.parentElement;
  for (const button of around.querySelectorAll('[data-diagram-fit]')) {
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      frame.whole = !frame.whole;
      button.setAttribute('aria-pressed', `${frame.whole}`);
      frame.show();
    });
  }
  for (const button of around.querySelectorAll('[data-diagram-zoom]')) {
    button.addEventListener('click', () => frame.zoomBy(button.dataset.diagramZoom === 'in' ? 1.25 : 0.8));
  }
}
