// The register of seal use: a choice is a filter at once.

document.addEventListener('change', ({ target }) => {
  const form = target.closest('[data-seal-filters]');
  if (form && target.matches('select, input[type="month"]')) form.requestSubmit();
});
