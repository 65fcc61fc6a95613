import type { NamedArray } from "../../module.ts";
import { modelWith } from "../table.ts";

type Weights = Readonly<Record<string, NamedArray>>;

/** What wrappers put before the names: parallel training, torch.compile, Lightning, averages. */
const PREFIXES = ["module.", "_orig_mod.", "model.", "ema_model.", "net.", "network."];

/**
 * Weights under the names and in the layouts that the modules here have, whatever program saved them:
 * prefixes of wrappers are left out, old names renamed, and spconv 1.x's kernels turned around; what was
 * done is told.
 */
export function fromUpstream(
  tensors: Weights,
): { readonly weights: Record<string, NamedArray>; readonly remarks: string[] } {
  const { weights: bare, prefix } = withoutPrefixes(tensors);
  const { keys } = modelWith(Object.keys(bare));
  const weights: Record<string, NamedArray> = {};
  let turned = 0;
  for (const [key, tensor] of Object.entries(bare)) {
    // Before mmcv 1.0 the offsets' convolution stood beside the deformable one.
    const name = keys.ours(key).replace(/\.conv2_offset\.(weight|bias)$/, ".conv2.conv_offset.$1");
    if (name !== keys.ours(key) && keys.theirs(name) in bare) continue;
    const old = /^encoder\.layers\.\d+\.layer\.(\d+\.)?weight$/.test(name) &&
      isSpconv1(tensor.shape);
    if (old) turned++;
    weights[name] = old ? fromSpconv1(tensor) : tensor;
  }
  const remarks = [
    ...(prefix ? [`its keys begin with "${prefix}", which is left out`] : []),
    ...(turned
      ? [
        `${turned} kernels in spconv 1.x's layout [k, k, k, in, out] are turned to [out, k, k, k, in]`,
      ]
      : []),
  ];
  return { weights, remarks };
}

/** Leaves out, again and again, a prefix that more than half of the keys have. */
function withoutPrefixes(tensors: Weights): { weights: Weights; prefix: string } {
  let weights = tensors;
  let prefix = "";
  for (let depth = 0; depth < PREFIXES.length; depth++) {
    const keys = Object.keys(weights);
    const found = PREFIXES.find((word) =>
      2 * keys.filter((key) => key.startsWith(word)).length > keys.length
    );
    if (!found) break;
    prefix += found;
    weights = Object.fromEntries(
      Object.entries(weights).map(([key, tensor]) => [
        key.startsWith(found) ? key.slice(found.length) : key,
        tensor,
      ]),
    );
  }
  return { weights, prefix };
}

/** A kernel [k, k, k, in, out]; spconv 2 has the channels out first, [out, k, k, k, in]. */
function isSpconv1(shape: readonly number[]): boolean {
  const [a, b, c, d] = shape;
  return shape.length === 5 && a === b && b === c && c !== d;
}

function fromSpconv1(tensor: NamedArray): NamedArray {
  const [kx, ky, kz, inputs, outputs] = tensor.shape as [number, number, number, number, number];
  const taps = kx * ky * kz;
  return {
    ...tensor,
    shape: [outputs, kx, ky, kz, inputs],
    // Read when it is first asked for, as the tensor itself.
    get data() {
      const { data } = tensor;
      const turned = new Float32Array(data.length);
      for (let tap = 0; tap < taps; tap++) {
        for (let i = 0; i < inputs; i++) {
          for (let o = 0; o < outputs; o++) {
            turned[(o * taps + tap) * inputs + i] = Number(data[(tap * inputs + i) * outputs + o]);
          }
        }
      }
      return turned;
    },
  };
}
