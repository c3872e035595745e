// Finds the elements of a page, and of what htmx puts in later, and brings each to life once.

/** Calls `start(element)` for every element that matches, now and after each htmx swap. */
export function mount(selector, start) {
  const within = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const element of found) {
      if (element.dataset.mounted) continue;
      element.dataset.mounted = 'true';
      start(element);
    }
  };
  document.addEventListener('htmx:load', (event) => within(event.target));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => within(document));
  else within(document);
}
