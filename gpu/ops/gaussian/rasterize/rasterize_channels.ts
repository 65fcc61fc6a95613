import { concat } from "../../array/move/concat.ts";
import { slice } from "../../array/move/slice.ts";
import { accumulate, recordAll } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { blendTiles } from "./blend/blend_tiles.ts";
import type { RasterCamera } from "./camera.ts";
import type { RasterInputs } from "./inputs.ts";
import { countPairs, drawSplats, type RasterGradients, rasterizeBackward } from "./rasterize.ts";
import { shadeGaussians } from "./shade/shade_gaussians.ts";
import { makePairs } from "./tiles/tile_pairs.ts";

/** Gaussians without colours, as `rasterize` takes them. */
export interface ChannelGaussians {
  /** Centres [n, 3] in the world. */
  readonly means: Tensor;
  /** Opacities [n] in [0, 1]. */
  readonly opacities: Tensor;
  /** Standard deviations [n, 3] along the axes. */
  readonly scales: Tensor;
  /** Quaternions [n, 4], w x y z, used at the length they have. */
  readonly rotations: Tensor;
}

const PLACED = [
  ["means", "dmeans"],
  ["opacities", "dopacities"],
  ["scales", "dscales"],
  ["rotations", "drotations"],
] as const satisfies readonly (readonly [keyof ChannelGaussians, keyof RasterGradients])[];

/**
 * Draws any number of channels [n, channels] in place of colours, before a background of as many numbers:
 * [channels, height, width]. The Gaussians are projected, sorted and listed by tiles once and blended three
 * channels at a time. Waits for the GPU's count of pairs, as `rasterizeMeasured` does.
 */
export async function rasterizeChannels(
  gaussians: ChannelGaussians,
  channels: Tensor,
  camera: RasterCamera,
  { background }: { readonly background: readonly number[] },
): Promise<Tensor> {
  const { gpu } = channels;
  const [n, count] = channels.shape;
  if (channels.shape.length !== 2 || n !== gaussians.means.rows || count !== background.length) {
    throw new RangeError(
      `Cannot run rasterizeChannels: "channels" must be [${gaussians.means.rows}, ${background.length}], got [${
        channels.shape.join(", ")
      }]`,
    );
  }
  const blocks = inThrees(channels);
  const behind = blocks.map((_, b) => {
    const of = (k: number) => background[3 * b + k] ?? 0;
    return [of(0), of(1), of(2)] as const;
  });
  const inputsOf = (b: number): RasterInputs => ({ ...gaussians, colours: blocks[b]! });

  const splats = drawSplats(inputsOf(0), camera, {});
  const capacity = Math.max(1, await countPairs(splats));
  const pairs = makePairs(splats, splats, camera, { capacity, tight: true });
  const drawn = blocks.map((_, b) => {
    const colours = b === 0 ? splats.colours : shadeGaussians(inputsOf(b), camera, splats);
    const options = { background: behind[b]!, tight: true };
    return { ...blendTiles({ ...splats, colours }, pairs, camera, options), colours };
  });

  const images = drawn.map(({ image }) => image);
  const saved = new Set([
    ...Object.values(splats),
    ...Object.values(pairs),
    ...drawn.flatMap(({ image: _, ...rest }) => Object.values(rest)),
  ]);
  const release = () => {
    for (const tensor of saved) tensor.release();
  };
  const leaves = [...PLACED.map(([name]) => gaussians[name]), ...blocks];
  if (!gpu.tape.recording || !leaves.some((leaf) => leaf.requiresGradient)) release();
  recordAll("rasterizeChannels", leaves, images, (dimages, needs) => {
    const placed: (Tensor | null)[] = PLACED.map(() => null);
    const dblocks = dimages.map((dimage, b) => {
      if (!dimage) return null;
      const state = { ...splats, ...pairs, ...drawn[b]! };
      using scope = gpu.scope();
      const gradients = rasterizeBackward(inputsOf(b), camera, state, {
        background: behind[b]!,
        dimage,
        dinverseDepth: null,
        magnitudes: false,
      });
      PLACED.forEach(([, name], i) => {
        if (!needs[i]) return;
        if (placed[i]) accumulate(placed[i], gradients[name]!);
        else placed[i] = scope.keep(gradients[name]!);
      });
      return needs[PLACED.length + b] ? scope.keep(gradients.dcolours!) : null;
    });
    release();
    return [...placed, ...dblocks];
  });
  return slice(concat(images), 0, 0, count);
}

/** Columns three at a time; zeros fill up the last three. */
function inThrees(channels: Tensor): Tensor[] {
  const [n, count] = channels.shape as [number, number];
  const blocks = Math.ceil(count / 3);
  const missing = 3 * blocks - count;
  const whole = missing
    ? concat([channels, Tensor.zeros(channels.gpu, [n, missing])], 1)
    : channels;
  return Array.from({ length: blocks }, (_, b) => slice(whole, 1, 3 * b, 3 * b + 3));
}
