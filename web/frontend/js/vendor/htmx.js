// htmx, set up for our pages: no inline script or style, no copies of pages in the browser, refused forms shown.

import htmx from 'htmx.org';

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false, // the content security policy allows no inline style
  historyCacheSize: 0, // confidential pages must not stay in the storage of a shared machine
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  scrollBehavior: 'auto',
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '409', swap: true }, // somebody was faster: the answer says who and when
    { code: '422', swap: true }, // the form again, with what is wrong
    { code: '[45]..', swap: false, error: true },
  ],
});

window.htmx = htmx;
