// Lays out a file that has no drawing of its own.

import { layoutProcess } from 'bpmn-auto-layout';
import { BpmnModdle } from 'bpmn-moddle';

/** Does the file say where its nodes are? */
export const hasShapes = (xml) => /<(?:[\w.-]+:)?BPMNShape\b/.test(xml);

function* flowsOf(scope) {
  for (const element of scope.get('flowElements') ?? []) {
    if (element.$type === 'bpmn:SequenceFlow') yield element;
    else if (element.$instanceOf('bpmn:SubProcess')) yield* flowsOf(element);
  }
}

/** The layout follows <incoming> and <outgoing>, which are optional and which hand-made files leave out. */
function addReferences(definitions) {
  const refer = (node, name, flow) => {
    if (node && !node.get(name).includes(flow)) node.get(name).push(flow);
  };
  for (const process of definitions.get('rootElements').filter((one) => one.$type === 'bpmn:Process')) {
    for (const flow of flowsOf(process)) {
      refer(flow.sourceRef, 'outgoing', flow);
      refer(flow.targetRef, 'incoming', flow);
    }
  }
}

/** The same file with a drawing. */
export async function laidOut(xml) {
  const moddle = new BpmnModdle();
  const { rootElement } = await moddle.fromXML(xml);
  addReferences(rootElement);
  return layoutProcess((await moddle.toXML(rootElement)).xml);
}
