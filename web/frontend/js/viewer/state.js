// Draws what happened: taken flows by their own ids (never by "the target was reached"), done and open nodes, visits, people.

import { is } from 'bpmn-js/lib/util/ModelUtil';
import { listed, strung, t } from '../words.js';

const PEOPLE_SHOWN = 2;

const named = (element) => (element.businessObject.name ?? '').replace(/\s+/g, '') || element.id;

function badge(kind, text, title) {
  const node = document.createElement('div');
  node.className = `diagram-badge diagram-${kind}`;
  node.textContent = text;
  if (title) node.title = title;
  return node;
}

function holders({ performers }) {
  if (!performers.length) return t('办理中');
  const names = listed(performers.slice(0, PEOPLE_SHOWN));
  const n = performers.length;
  return n > PEOPLE_SHOWN ? t('{names}等 {n} 人办理中', { names, n }) : t('{names} 办理中', { names });
}

const visited = (n) => badge('visits', t('{n} 次', { n }), t('办理过 {n} 次', { n }));

/** One entry a node: a step that several people hold together shows all their names. */
function byElement(open) {
  const found = new Map();
  for (const { element, performers } of open) {
    found.set(element, { element, performers: [...(found.get(element)?.performers ?? []), ...performers] });
  }
  return [...found.values()];
}

/** Marks every node and flow of the diagram as done, open or ahead. */
export function drawState(viewer, state) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const passed = new Set([...state.passed, ...state.done]);
  const open = byElement(state.open);
  const now = new Set(open.map((one) => one.element));

  for (const element of viewer.get('elementRegistry').getAll()) {
    if (element.labelTarget || !(is(element, 'bpmn:FlowNode') || is(element, 'bpmn:SequenceFlow'))) continue;
    const marker = now.has(element.id) ? 'is-open' : passed.has(element.id) ? 'is-done' : 'is-ahead';
    canvas.addMarker(element.id, marker);
    const visits = state.visits[element.id] ?? 0;
    if (!element.waypoints && visits > 1) {
      overlays.add(element.id, { position: { bottom: 8, right: 14 }, html: visited(visits) });
    }
    if (marker === 'is-done' && is(element, 'bpmn:Activity')) {
      overlays.add(element.id, { position: { top: -8, right: 8 }, html: badge('done', '✓') });
    }
  }
  for (const one of open) {
    const element = viewer.get('elementRegistry').get(one.element);
    if (!element) continue; // inside a called process: this diagram has no such node
    const label = badge('open', holders(one), listed(one.performers));
    overlays.add(one.element, { position: { top: -11, left: element.width / 2 }, html: label });
  }
}

/** The same in one sentence, for those who do not see the drawing. */
export function inWords(viewer, state) {
  const registry = viewer.get('elementRegistry');
  const names = (ids) => ids.map((id) => registry.get(id)).filter((one) => one && is(one, 'bpmn:Activity')).map(named);
  const done = names(state.done);
  const open = byElement(state.open).filter((one) => registry.get(one.element));
  const parts = [];
  if (done.length) parts.push(t('{steps}已完成', { steps: listed(done) }));
  const held = open.map((one) => t('{name}（{id}）', { name: named(registry.get(one.element)), id: holders(one) }));
  parts.push(held.length ? t('当前为{steps}', { steps: listed(held) }) : t('没有正在办理的环节'));
  return t('流程图：{parts}。', { parts: strung(parts) });
}
