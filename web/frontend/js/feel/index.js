// What the server asks of feelin, inside V8 and never in a browser: one question as JSON, one answer as JSON.
//
//   {ask: 'read', text, test}     what an expression or the tests of a cell name, or what is wrong with it
//   {ask: 'value', text, test, names, input, now, today, zone}     what it is worth
//
// Days and moments are ISO 8601 texts outside and FEEL's own values inside.

import { evaluate, FeelFunction, unaryTest } from 'feelin';
import { read } from './reading.js';
import { entering, leaving } from './values.js';

/** What reads a clock gets the instant of the step; split takes a plain mark, as no regular expression is offered. */
function ours({ now, today, zone }) {
  const told = (value) => new FeelFunction(() => {
    if (value === undefined) throw Object.assign(new Error('no clock'), { kind: 'clock' });
    return entering(value, zone);
  }, []);
  return {
    now: told(now),
    today: told(today),
    split: new FeelFunction((text, mark) => (typeof text === 'string' && mark ? text.split(mark) : null), ['string', 'delimiter']),
    'is defined': new FeelFunction((value) => value !== null && value !== undefined, ['value']),
  };
}

function value(question) {
  const { text, test, names, input, zone } = question;
  const context = { ...ours(question), ...entering(names, zone) };
  if (test) context['?'] = entering(input, zone);
  const found = (test ? unaryTest : evaluate)(text, context);
  return {
    value: leaving(found.value),
    warnings: found.warnings.map(({ type, message, position }) => ({
      type, message, part: text.slice(position.from, position.to).split(/\s+/).join(' '),
    })),
  };
}

globalThis.answer = (asked) => {
  const question = JSON.parse(asked);
  try {
    return JSON.stringify(question.ask === 'read' ? read(question.text, question.test) : value(question));
  } catch (error) {
    return JSON.stringify({ error: error.kind ?? 'failed', message: String(error.message ?? error).slice(0, 200) });
  }
};
