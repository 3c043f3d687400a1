import type { Span, Trace } from "./queries";

/** A span in its place in the tree: under the step of the graph it belongs to, feedback under what it judges. */
export interface Step {
  /** Unlike in all traces that are nested here. */
  key: string;
  span: Span;
  thread: string;
  run: string;
  children: Step[];
}

/** Return the tree of a trace, with those of its child runs. */
export function stepsOf(trace: Trace): Step {
  const steps = trace.spans.map((span) => stepOf(trace, span));
  const [root, ...rest] = steps;
  if (!root) throw new Error("a trace has a root");
  const bySeq = new Map(steps.map((step) => [step.span.seq, step]));
  let node = root;
  for (const step of rest) {
    const { kind, parents } = step.span;
    if (kind === "node") node = step;
    const judged = kind === "feedback" ? bySeq.get(parents[0] ?? root.span.seq) : undefined;
    (judged ?? (step !== node && step.span.node === node.span.node ? node : root)).children.push(step);
  }
  return root;
}

function stepOf(trace: Trace, span: Span): Step {
  const { thread_id: thread, run_id: run } = trace;
  return { key: `${run} ${span.seq}`, span, thread, run, children: span.child ? [stepsOf(span.child)] : [] };
}

export interface Placed {
  step: Step;
  depth: number;
}

/** All steps from the top down, each with how deep it lies. */
export function flatten(step: Step, depth = 0): Placed[] {
  return [{ step, depth }, ...step.children.flatMap((child) => flatten(child, depth + 1))];
}
