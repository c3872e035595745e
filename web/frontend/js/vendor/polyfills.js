// What bpmn-js asks of a browser and Chromium below 98 does not have.

if (typeof window.structuredClone !== 'function') {
  // used on plain numbers only (the view box), for which JSON is exact
  window.structuredClone = (value) => JSON.parse(JSON.stringify(value));
}
