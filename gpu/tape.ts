import { Kernel } from "./kernel.ts";
import accumulateSource from "./wgsl/accumulate.wgsl" with { type: "text" };
import { Tensor } from "./tensor.ts";
import { inElements } from "./binding/rows.ts";

/** A gradient for each input, in order; null where an input needs none. */
export type Gradients = readonly (Tensor | null)[];

/**
 * Computes gradients of an operator's inputs from those of its outputs. `needs[i]` says whether
 * input i wants one; an output that nothing depends on has a null gradient.
 */
export type Backward<G> = (gradient: G, needs: readonly boolean[]) => Gradients;

interface Node {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward<readonly (Tensor | null)[]>;
  /** Whether walking back puts operators on a tape of its own. */
  readonly recomputes: boolean;
  /** Tensors beside the inputs that walking back leaves gradients at. */
  readonly inside: ReadonlySet<Tensor>;
}

const NOTHING: ReadonlySet<Tensor> = new Set();

/** The operators run so far, in order, with what is needed to walk back. */
export class Tape {
  /**
   * What ran, first things first.
   *
   * @internal
   */
  nodes: Node[] = [];
  /** Whether operators are put on it. */
  recording = true;
  /**
   * Inputs that want gradients of operators that run unrecorded, to be recorded later; null where none
   * are waited for.
   *
   * @internal
   */
  inside: Set<Tensor> | null = null;
}

const accumulateKernel = new Kernel("gpu/wgsl/accumulate.wgsl", accumulateSource);

/** Puts an operator with one output on the tape if any input requires a gradient. */
export function record(
  name: string,
  inputs: readonly Tensor[],
  output: Tensor,
  backward: Backward<Tensor>,
): Tensor {
  recordAll(name, inputs, [output], ([gradient], needs) => backward(gradient!, needs));
  return output;
}

/**
 * Puts an operator with several outputs on the tape if any input requires a gradient. `always` puts
 * it there regardless, for operators whose gradients go to parameters inside, which are named by
 * `inside`; `recomputes` says that walking back runs and records operators.
 */
export function recordAll<T extends readonly Tensor[]>(
  name: string,
  inputs: readonly Tensor[],
  outputs: T,
  backward: Backward<readonly (Tensor | null)[]>,
  { always = false, recomputes = false, inside = NOTHING } = {},
): T {
  const { tape } = outputs[0]!.gpu;
  if (!tape.recording && tape.inside) {
    for (const input of inputs) if (input.requiresGradient) tape.inside.add(input);
  }
  if (!tape.recording || !(always || inputs.some((input) => input.requiresGradient))) {
    return outputs;
  }
  for (const output of outputs) if (output.dtype === "f32") output.requiresGradient = true;
  tape.nodes.push({ name, inputs, outputs, backward, recomputes, inside });
  return outputs;
}

/** Runs `body` without recording: its results require no gradient. */
export function noGradient<T>(gpu: { readonly tape: Tape }, body: () => T): T {
  const { recording } = gpu.tape;
  gpu.tape.recording = false;
  try {
    return body();
  } finally {
    gpu.tape.recording = recording;
  }
}

/** Makes a tensor a leaf that collects a gradient; returns it. */
export function variable(tensor: Tensor): Tensor {
  tensor.requiresGradient = true;
  return tensor;
}

/**
 * Walks back from a loss and adds to the `gradient` of every leaf that requires one. The tape is
 * empty afterwards, and outputs of operators are released unless retained.
 */
export function backward(loss: Tensor, gradient?: Tensor): void {
  if (!gradient && loss.size !== 1) {
    throw new RangeError(
      `Cannot walk back from [${loss.shape}]: a gradient of the same shape is needed`,
    );
  }
  backwardAll([loss], [gradient ?? ones(loss)]);
}

/**
 * Walks back as `backward` does, operator by operator, and yields after each the leaves that nothing
 * more will be added to: their gradients can be sent while the rest is walked.
 */
export function* backwardByLeaves(loss: Tensor): Generator<readonly Tensor[]> {
  const { nodes } = loss.gpu.tape;
  const last = lastOfLeaves(nodes);
  let at = nodes.length;
  for (const _ of walk([loss], [ones(loss)])) {
    const leaves = last.get(--at);
    if (leaves) yield leaves;
  }
}

/** For each place on the tape the leaves that are added to there, and not at any place before it. */
function lastOfLeaves(nodes: readonly Node[]): ReadonlyMap<number, readonly Tensor[]> {
  const known = new Set(nodes.flatMap((node) => node.outputs));
  return new Map(
    nodes.map(({ inputs, inside }, i) => {
      const leaves = [...inputs, ...inside].filter((tensor) =>
        tensor.requiresGradient && !known.has(tensor) && known.add(tensor)
      );
      return [i, leaves] as const;
    }).filter(([, leaves]) => leaves.length),
  );
}

/** Walks back from several outputs at once, each with its upstream gradient. */
export function backwardAll(outputs: readonly Tensor[], gradients: readonly Tensor[]): void {
  for (const _ of walk(outputs, gradients));
}

/** Empties the tape and walks it back, yielding after each of its operators. */
function* walk(outputs: readonly Tensor[], gradients: readonly Tensor[]): Generator<void> {
  const live = outputs.flatMap((output, i) =>
    output.requiresGradient ? [{ output, gradient: gradients[i]!.alias() }] : []
  );
  if (!live.length) {
    throw new Error("Cannot walk back: the loss depends on nothing that requires a gradient");
  }
  const { tape } = outputs[0]!.gpu;
  const nodes = tape.nodes;
  tape.nodes = [];
  yield* walkBack(
    nodes,
    live.map((root) => root.output),
    live.map((root) => root.gradient),
    outputs,
  );
}

/**
 * Runs `body` without keeping what it makes, and runs it again when walking back: memory for time
 * (Chen et al. 2016). Random numbers are drawn alike both times.
 */
export function recompute(
  inputs: readonly Tensor[],
  body: (...inputs: Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const { gpu } = inputs[0]!;
  const { counter } = gpu.random;
  const { outputs, inside } = unrecorded(gpu, () => gpu.tidy(() => body(...inputs)));
  return recordAll("recompute", inputs, outputs, (gradients, needs) => {
    const after = gpu.random.counter;
    const outer = gpu.tape.nodes;
    gpu.tape.nodes = [];
    gpu.random.counter = counter;
    const leaves = inputs.map((input, i) => needs[i] ? variable(input.alias()) : input);
    const again = body(...leaves);
    const nodes = gpu.tape.nodes;
    gpu.tape.nodes = outer;
    gpu.random.counter = after;
    const roots = again.flatMap((output, i) =>
      gradients[i] && output.requiresGradient ? [{ output, gradient: gradients[i]! }] : []
    );
    const seeds = roots.map((r) => r.gradient.alias());
    for (const _ of walkBack(nodes, roots.map((r) => r.output), seeds, []));
    return leaves.map((leaf, i) => needs[i] ? leaf.gradient : null);
  }, { always: true, recomputes: true, inside });
}

/** Runs `body` without recording; says what it would have walked back to. */
function unrecorded<T>(
  gpu: { readonly tape: Tape },
  body: () => T,
): { readonly outputs: T; readonly inside: ReadonlySet<Tensor> } {
  const { tape } = gpu;
  const outer = tape.inside;
  const inside = tape.inside = new Set<Tensor>();
  try {
    return { outputs: noGradient(gpu, body), inside };
  } finally {
    tape.inside = outer;
    if (outer) { for (const tensor of inside) outer.add(tensor); }
  }
}

function* walkBack(
  nodes: readonly Node[],
  roots: readonly Tensor[],
  seeds: readonly Tensor[],
  keep: readonly Tensor[],
): Generator<void> {
  const gradients = new Map<Tensor, Tensor>();
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  roots.forEach((root, i) => collect(gradients, produced, root, seeds[i]!));
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { inputs, outputs } = nodes[i]!;
    const upstream = outputs.map((output) => gradients.get(output) ?? null);
    if (upstream.some((gradient) => gradient)) {
      const needs = inputs.map((input) => input.requiresGradient);
      const results = runBackward(nodes[i]!, upstream, needs);
      results.forEach((result, j) => result && collect(gradients, produced, inputs[j]!, result));
    }
    for (const output of outputs) {
      gradients.get(output)?.release();
      gradients.delete(output);
      if (!output.retained && !keep.includes(output)) output.release();
    }
    yield;
  }
}

/** Runs one node's gradients; each result has one owner, so that it can be added to in place. */
function runBackward(
  { name, inputs, outputs, backward, recomputes }: Node,
  upstream: readonly (Tensor | null)[],
  needs: readonly boolean[],
): (Tensor | null)[] {
  const { gpu } = outputs[0]!;
  using scope = gpu.scope();
  const body = () => backward(upstream, needs);
  const results = recomputes ? body() : noGradient(gpu, body);
  const claimed = new Set<Tensor>();
  return inputs.map((input, j) => {
    const result = results[j];
    if (!result || !needs[j]) return null;
    if (result.size !== input.size) {
      throw new RangeError(
        `Cannot walk back through ${name}: gradient ${j} is [${result.shape}], its input is [${input.shape}]`,
      );
    }
    const own = claimed.has(result) || result.scope !== scope ? result.alias() : result;
    claimed.add(own);
    return scope.keep(own);
  });
}

function collect(
  gradients: Map<Tensor, Tensor>,
  produced: ReadonlySet<Tensor>,
  target: Tensor,
  gradient: Tensor,
): void {
  if (!produced.has(target)) {
    if (target.gradient) {
      accumulate(target.gradient, gradient);
      gradient.release();
    } else target.gradient = owned(target, gradient);
    return;
  }
  const sum = gradients.get(target);
  if (!sum) gradients.set(target, gradient);
  else if (sum.storage.refs === 1) {
    accumulate(sum, gradient);
    gradient.release();
  } else {
    const fresh = copyOf(sum);
    accumulate(fresh, gradient);
    sum.release();
    gradient.release();
    gradients.set(target, fresh);
  }
}

/** The first gradient of a leaf as one that can be added to in place, of the leaf's shape. */
function owned(target: Tensor, gradient: Tensor): Tensor {
  const shared = gradient.storage.refs > 1;
  const alike = gradient.shape.join() === target.shape.join();
  if (!shared && alike) return keep(target, gradient);
  const view = gradient.alias(target.shape);
  gradient.release();
  if (!shared) return keep(target, view);
  const copy = copyOf(view);
  view.release();
  return keep(target, copy);
}

function keep(target: Tensor, own: Tensor): Tensor {
  if (target.ownsGradient) own.scope = null;
  return own;
}

/** Adds `source` to `target` in place; both have the same number of f32 values. */
export function accumulate(target: Tensor, source: Tensor): void {
  inElements({ sum: target, term: source }, (pieces, count) => {
    accumulateKernel.dispatch(target.gpu, pieces, { count }, { threads: Math.ceil(count / 4) });
  });
}

/** A copy with a storage of its own. */
export function copyOf(source: Tensor): Tensor {
  const copy = Tensor.empty(source.gpu, source.shape, source.dtype);
  if (source.bytes) source.gpu.commands.copy(source, copy);
  return copy;
}

function ones(like: Tensor): Tensor {
  return Tensor.from(like.gpu, new Float32Array(like.size).fill(1), like.shape);
}
