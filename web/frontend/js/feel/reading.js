// What a text of FEEL names: variables it needs, functions it calls, fields it reaches for.

import { evaluate, parseExpression, parseUnaryTests } from 'feelin';

const DEEPEST = 60;
const OURS = new Set(['is defined', 'now', 'today', 'split']);
const NOT_OFFERED = new Set(['matches', 'replace']); // a pattern can cost for ever

const isOffered = (name) =>
  OURS.has(name) || (!NOT_OFFERED.has(name) && evaluate(name).warnings.every(({ type }) => type !== 'NO_VARIABLE_FOUND'));

const wrong = (what) => Object.assign(new Error(what), { kind: 'syntax' });

function* children(node) {
  for (let child = node.firstChild; child; child = child.nextSibling) yield child;
}

const SPECIAL = new Set([
  'VariableName', 'PathName', 'Type', 'FunctionInvocation', 'Comparison', 'FilterExpression', 'Context', 'ForExpression',
  'QuantifiedExpression', 'FunctionDefinition',
]);

class Walk {
  constructor(text) {
    Object.assign(this, { text, free: new Set(), maybe: new Set(), called: new Set(), fields: new Set(), made: new Set(), asked: new Set(), foreign: new Set() });
  }

  /** A name as FEEL joins its words. */
  name(node) {
    const words = [...children(node)].filter(({ name }) => name !== '`').map((word) => this.text.slice(word.from, word.to));
    return (words.length ? words.join(' ') : this.text.slice(node.from, node.to)).replace(/`/g, '').trim();
  }

  go(node, bound, filtered, depth = 0) {
    if (depth > DEEPEST) throw wrong('nested too deeply');
    const special = SPECIAL.has(node.name) && this[node.name];
    if (special) return special.call(this, node, bound, filtered, depth);
    this.rest(children(node), bound, filtered, depth);
  }

  VariableName(node, bound, filtered) {
    const name = this.name(node);
    if (!bound.has(name)) (filtered ? this.maybe : this.free).add(name);
  }

  PathName(node) {
    this.fields.add(this.name(node));
  }

  Type() {} // the name of a type is no variable

  FunctionInvocation(node, bound, filtered, depth) {
    const [head, ...rest] = children(node);
    const name = head.name === 'VariableName' ? this.name(head) : null;
    // `date and time` is always FEEL's own, and its words alone would be an expression
    if (head.name === 'SpecialFunctionName') return this.rest(rest, bound, filtered, depth);
    if (name === null) this.foreign.add(this.text.slice(head.from, head.to)); // a method, or what an expression gives
    else if (!bound.has(name)) this.called.add(name);
    if (name === 'is defined') this.asks(rest.find((child) => child.name === 'PositionalParameters')?.firstChild);
    this.rest(rest, bound, filtered, depth);
  }

  rest(nodes, bound, filtered, depth) {
    for (const node of nodes) this.go(node, bound, filtered, depth + 1);
  }

  /** `x = null` asks whether there is an x at all. */
  Comparison(node, bound, filtered, depth) {
    const parts = [...children(node)];
    if (parts.some(({ name }) => name === 'null')) parts.forEach((part) => this.asks(part));
    for (const child of parts) this.go(child, bound, filtered, depth + 1);
  }

  asks(node) {
    if (node?.name === 'VariableName') this.asked.add(this.name(node));
  }

  FilterExpression(node, bound, filtered, depth) {
    const [list, ...rest] = children(node);
    this.go(list, bound, filtered, depth + 1);
    for (const child of rest) this.go(child, new Set([...bound, 'item']), true, depth + 1);
  }

  Context(node, bound, filtered, depth) {
    let seen = bound;
    for (const entry of children(node)) {
      const [key, ...rest] = entry.name === 'ContextEntry' ? children(entry) : [null, entry];
      for (const child of rest) this.go(child, seen, filtered, depth + 1);
      if (key) {
        const name = this.text.slice(key.from, key.to).replace(/^"|"$/g, '');
        this.made.add(name);
        seen = new Set([...seen, name]);
      }
    }
  }

  loop(node, bound, filtered, depth) {
    let seen = new Set([...bound, 'partial']);
    for (const child of children(node)) {
      if (child.name !== 'InExpressions') {
        this.go(child, seen, filtered, depth + 1);
        continue;
      }
      for (const each of children(child)) {
        const [name, ...rest] = children(each);
        for (const part of rest) this.go(part, seen, filtered, depth + 1);
        if (each.name === 'InExpression') {
          this.made.add(this.name(name));
          seen = new Set([...seen, this.name(name)]);
        }
      }
    }
  }

  FunctionDefinition(node, bound, filtered, depth) {
    const names = [];
    const collect = (part) => {
      if (part.name === 'ParameterName') names.push(this.name(part.firstChild ?? part));
      else if (part.name !== 'FunctionBody') for (const child of children(part)) collect(child);
    };
    collect(node);
    names.forEach((name) => this.made.add(name));
    for (const child of children(node)) {
      if (child.name === 'FunctionBody') this.go(child, new Set([...bound, ...names]), filtered, depth + 1);
    }
  }
}
Walk.prototype.ForExpression = Walk.prototype.loop;
Walk.prototype.QuantifiedExpression = Walk.prototype.loop;

/** Throws what is wrong, with kind `syntax`. */
export function read(text, test) {
  const tree = (test ? parseUnaryTests : parseExpression)(text, {}, undefined);
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) throw wrong(text.slice(cursor.from, cursor.from + 20).trim() || 'end');
  } while (cursor.next());
  const walk = new Walk(text);
  walk.go(tree.topNode, new Set(), false);
  const called = [...walk.called];
  return {
    free: [...walk.free].filter((name) => name !== '?'),
    maybe: [...walk.maybe].filter((name) => !walk.free.has(name)),
    fields: [...walk.fields],
    made: [...walk.made],
    asked: [...walk.asked],
    called,
    foreign: [...walk.foreign, ...called.filter((name) => !isOffered(name))],
  };
}
