import { counts, floats } from "../metrics/host_values.ts";
import { fewNumbers, type HostArray, type Operator } from "../operator.ts";

/** Beyond so many standard deviations nothing of a Gaussian is drawn. */
const REACH = 3.33;

/** The tiles of a picture that ellipses meet, each where its Gaussian still shows. */
export const tiles: Operator = {
  name: "tiles",
  summary: "tiles whose closed squares meet the ellipse of each Gaussian, row by row",
  inputs: {
    image_wh: { axes: [2], integer: true },
    tile: { axes: [1], integer: true },
    means2d: { axes: ["gaussians", 2] },
    conics: { axes: ["gaussians", 3] },
    opacities: { axes: ["gaussians"] },
  },
  run(_gpu, inputs) {
    const { means2d, conics, opacities } = inputs as Record<string, HostArray>;
    const [width, height] = fewNumbers(inputs.image_wh!) as [number, number];
    const side = inputs.tile!.data[0]!;
    const columns = Math.ceil(width / side);
    const rows = Math.ceil(height / side);
    const gaussians = opacities!.data.length;
    const level = new Float64Array(gaussians);
    const touched = new Int32Array(gaussians);
    const owners: number[] = [];
    const met: number[] = [];
    for (let g = 0; g < gaussians; g++) {
      level[g] = Math.min(REACH ** 2, 2 * Math.log(255 * opacities!.data[g]!));
      const ellipse = {
        centre: [means2d!.data[2 * g]!, means2d!.data[2 * g + 1]!] as const,
        conic: [0, 1, 2].map((i) => conics!.data[3 * g + i]!) as [number, number, number],
        level: level[g]!,
      };
      for (let row = 0; row < rows; row++) {
        const span = spanOf(ellipse, row * side, (row + 1) * side);
        if (!span) continue;
        const first = Math.max(0, Math.ceil(span[0] / side) - 1);
        const last = Math.min(columns - 1, Math.floor(span[1] / side));
        for (let column = first; column <= last; column++) {
          owners.push(g);
          met.push(row * columns + column);
          touched[g]!++;
        }
      }
    }
    return Promise.resolve({
      level: floats(level),
      tiles_per_gaussian: counts(touched),
      pair_gaussian: counts(owners),
      pair_tile: counts(met),
    });
  },
};

/** From where to where an ellipse xx dx^2 + 2 xy dx dy + yy dy^2 <= level reaches between two heights. */
function spanOf(
  { centre: [x, y], conic: [xx, xy, yy], level }: {
    readonly centre: readonly [number, number];
    readonly conic: readonly [number, number, number];
    readonly level: number;
  },
  top: number,
  bottom: number,
): [number, number] | null {
  const determinant = xx * yy - xy * xy;
  if (!(level >= 0) || !(determinant > 0)) return null;
  const high = Math.sqrt(level * xx / determinant);
  const from = Math.max(top - y, -high);
  const to = Math.min(bottom - y, high);
  if (from > to) return null;
  // Heights at which it reaches farthest to the right and to the left, or the nearest there are.
  const farthest = -xy * Math.sqrt(level / (yy * determinant));
  const clamp = (value: number) => Math.min(to, Math.max(from, value));
  const half = (dy: number) => Math.sqrt(Math.max(0, level * xx - determinant * dy * dy));
  const right = clamp(farthest);
  const left = clamp(-farthest);
  return [x + (-xy * left - half(left)) / xx, x + (-xy * right + half(right)) / xx];
}
