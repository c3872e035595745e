// Moves and zooms a diagram with one and two fingers, which bpmn-js itself knows only by mouse and wheel.

const MIN_ZOOM = 0.2;
const MAX_ZOOM = 4;

const middle = ([a, b = a]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const spread = ([a, b]) => (b ? Math.hypot(a.x - b.x, a.y - b.y) : 0);

/** Makes `canvas` follow the fingers on `container`. */
export function allowTouch(container, canvas) {
  const fingers = new Map();

  const follow = (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const after = [...fingers.values()];
    const [from, to] = [middle(before), middle(after)];
    canvas.scroll({ dx: to.x - from.x, dy: to.y - from.y });
    if (spread(before) && spread(after)) {
      const box = container.getBoundingClientRect();
      const zoom = canvas.zoom() * (spread(after) / spread(before));
      canvas.zoom(Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom)), { x: to.x - box.left, y: to.y - box.top });
    }
  };
  const lift = (event) => fingers.delete(event.pointerId);

  container.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  container.addEventListener('pointermove', follow);
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) container.addEventListener(end, lift);
}
