import {
  type BlockMoments,
  type CodeBits,
  quantiseMoments,
  restoreMoments,
} from "../../gpu/ops/moments/block_moments.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import {
  type Arrays,
  checkInputs,
  download,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";

const BITS: readonly CodeBits[] = [16, 8, 4];

/** Adam's moments in codes of 16, 8 and 4 bits with the bounds of each block, and restored from them. */
export const adamBlockQuantised: Operator = {
  name: "adam_block_quantised",
  summary: "Adam's moments in blocks of codes of 16, 8 and 4 bits, and what these stand for",
  inputs: {
    g1: { axes: ["entries"] },
    g2: { axes: ["entries"] },
    block: { axes: [1], integer: true },
  },
  async run(gpu, inputs) {
    checkInputs(adamBlockQuantised, inputs);
    checkMoments(inputs);
    const [first, second] = [upload(gpu, inputs.g1!), upload(gpu, inputs.g2!)];
    const outputs: Record<string, HostArray> = {};
    for (const bits of BITS) {
      const moments = quantiseMoments(first, second, { bits, block: inputs.block!.data[0]! });
      const restored = restoreMoments(moments);
      outputs.bounds ??= await download(moments.bounds);
      outputs[`u_${bits}`] = await codesOf(moments, moments.steps);
      outputs[`s_${bits}`] = await codesOf(moments, moments.sizes);
      outputs[`g1_${bits}`] = await download(restored.first);
      outputs[`g2_${bits}`] = await download(restored.second);
    }
    return outputs;
  },
};

/** One code an entry, out of words that hold several. */
async function codesOf({ shape, block, bits }: BlockMoments, codes: Tensor): Promise<HostArray> {
  const words = await codes.read("u32");
  const [each, perBlock] = [32 / bits, codes.shape[1]!];
  const data = new Int32Array(shape[0]!);
  for (let i = 0; i < data.length; i++) {
    const place = i % block;
    const word = words[Math.floor(i / block) * perBlock + Math.floor(place / each)]!;
    data[i] = (word >>> (place % each * bits)) & (2 ** bits - 1);
  }
  return { shape, data };
}

function checkMoments(inputs: Arrays): void {
  for (const key of ["g1", "g2"]) {
    const { data } = inputs[key]!;
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(data[i]) && (key === "g1" || data[i]! >= 0)) continue;
      throw new RangeError(
        `Cannot run ${adamBlockQuantised.name}: "${key}" is ${
          data[i]
        } at ${i}, moments are finite, and second ones at least 0`,
      );
    }
  }
}
