import { aggregateSuperquadrics } from "../../../gpu/ops/gaussian/superquadric/aggregate_superquadrics.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { AGGREGATION_ARRAYS, boxesOf, boxOutputs, gridOf, placesOf } from "./localagg_arrays.ts";
import { classesIn, mixtureOutputs } from "./mixture.ts";
import {
  type Arrays,
  type ArraySpec,
  checkInputs,
  download,
  type HostArray,
  type Operator,
  upload,
} from "../operator.ts";

const { cov6: _, ...SHARED } = AGGREGATION_ARRAYS;
const SCALES: ArraySpec = { axes: ["gaussians", 3] };

/** The pair's exponent past which SuperOcc leaves it out. */
const SUPEROCC_CUT = 30;

/** Probabilistic aggregation of superquadrics: QuadricFormer's, and under `so_` SuperOcc's with its cut. */
export const superquad: Operator = {
  name: "superquad",
  summary:
    "probabilistic aggregation of superquadrics into voxels, without and with SuperOcc's cut (so_)",
  inputs: {
    ...SHARED,
    scales: SCALES,
    rot9: { axes: ["gaussians", 9] },
    u: { axes: ["gaussians"] },
    v: { axes: ["gaussians"] },
    logits_grad: { axes: ["points", "channels"], optional: true },
    bin_logits_grad: { axes: ["points"], optional: true },
  },
  async run(gpu, inputs) {
    checkInputs(superquad, inputs);
    const { boxes, outputs } = boxOutputs(
      gpu,
      boxesOf(inputs.means_int!, inputs.radii!, gridOf(inputs)),
    );
    const plain = await variant(gpu, inputs, boxes);
    const cut = await variant(gpu, inputs, boxes, SUPEROCC_CUT);
    return {
      ...outputs,
      ...plain,
      ...Object.fromEntries(Object.entries(cut).map(([key, array]) => [`so_${key}`, array])),
    };
  },
};

async function variant(
  gpu: Gpu,
  inputs: Arrays,
  boxes: Tensor,
  cut?: number,
): Promise<Record<string, HostArray>> {
  using _scope = gpu.scope();
  const primitives = {
    means: variable(upload(gpu, inputs.means!)),
    rotations: variable(upload(gpu, inputs.rot9!)),
    scales: variable(upload(gpu, inputs.scales!)),
    exponents: variable(
      Tensor.from(gpu, inPairs(inputs.u!.data, inputs.v!.data), [inputs.u!.shape[0]!, 2]),
    ),
    opacities: variable(upload(gpu, inputs.opacities!)),
    semantics: variable(upload(gpu, inputs.semantics!)),
  };
  const aggregation = aggregateSuperquadrics(
    { ...primitives, boxes },
    {
      ...placesOf(gpu, inputs),
      classes: classesIn(inputs),
      ...(cut === undefined ? {} : { cut }),
    },
  );
  const { outputs, walked } = await mixtureOutputs(gpu, aggregation, inputs);
  if (!walked) return outputs;
  const exponents = await primitives.exponents.gradient!.read();
  const every = (first: number) => exponents.filter((_, i) => i % 2 === first);
  return {
    ...outputs,
    grad_means: await download(primitives.means.gradient!),
    grad_rot9: await download(primitives.rotations.gradient!),
    grad_scales: await download(primitives.scales.gradient!),
    grad_u: { shape: inputs.u!.shape, data: every(0) },
    grad_v: { shape: inputs.v!.shape, data: every(1) },
    grad_opacities: await download(primitives.opacities.gradient!),
    grad_semantics: await download(primitives.semantics.gradient!),
  };
}

function inPairs(first: ArrayLike<number>, second: ArrayLike<number>): Float32Array {
  const pairs = new Float32Array(2 * first.length);
  for (let i = 0; i < first.length; i++) {
    pairs[2 * i] = first[i]!;
    pairs[2 * i + 1] = second[i]!;
  }
  return pairs;
}
