// Days and moments on the way in and out: ISO 8601 texts are FEEL's own values inside, and come out as they were written.

import { FeelDate, FeelDateTime, FeelDuration, FeelTime, isFunction, isRange, parseDate, parseDateTime } from 'feelin';

const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;
const written = new WeakMap(); // how a value that came from outside was spelled there

function moment(text, zone) {
  const [, seconds, , offset] = MOMENT.exec(text);
  const whole = seconds ? text : text.replace(/(T\d\d:\d\d)/, '$1:00');
  const found = parseDateTime(whole);
  // a moment without zone is the office's
  return found && !offset ? new FeelDateTime(found.unwrap(), zone) : found;
}

/** A value of JSON as FEEL sees it; a text that only looks like a day stays a text. */
export function entering(value, zone) {
  if (Array.isArray(value)) return value.map((item) => entering(item, zone));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, entering(item, zone)]));
  }
  if (typeof value !== 'string' || value.length > 40) return value;
  const found = DAY.test(value) ? parseDate(value) : MOMENT.test(value) ? moment(value, zone) : null;
  if (found) written.set(found, value);
  return found ?? value;
}

const two = (number) => String(Math.abs(number)).padStart(2, '0');

/** With an offset, as Python reads it; a name of a zone would be lost outside. */
function spelled(value) {
  const clock = value.unwrap().toString();
  if (value.zone === null) return clock;
  const away = value['time offset']?.unwrap();
  return away ? `${clock}${away.sign < 0 ? '-' : '+'}${two(away.hours)}:${two(away.minutes)}` : clock;
}

const beyond = (value) => Object.assign(new Error(String(value)), { kind: 'beyond' });

/** A value of FEEL as JSON; throws what JSON or the calendar has no room for. */
export function leaving(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) throw beyond(value);
  if ((value instanceof FeelDate || value instanceof FeelDateTime) && !(value.year >= 1 && value.year <= 9999)) throw beyond(value);
  if (isFunction(value) || isRange(value)) throw new Error('a function or a range is no value');
  if (Array.isArray(value)) return value.map(leaving);
  if (value instanceof FeelDateTime || value instanceof FeelTime) return written.get(value) ?? spelled(value);
  if (value instanceof FeelDate || value instanceof FeelDuration) return value.toString();
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, leaving(item)]));
  }
  return value;
}
