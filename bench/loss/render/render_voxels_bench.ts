import type { Gpu } from "../../../gpu/device.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { renderLoss } from "../../../loss/render/render_loss.ts";
import { type RenderView, viewFromAbove } from "../../../loss/render/render_view.ts";
import { renderVoxels } from "../../../loss/render/render_voxels.ts";
import { filled } from "../../filled.ts";

interface Size {
  /** Voxels along x, y and z. */
  readonly grid: readonly [number, number, number];
  readonly classes: number;
  /** Of the camera's picture. */
  readonly width: number;
  readonly height: number;
  /** Of the picture from above. */
  readonly above: number;
}

const CELL = 0.5;

/** A camera in the middle of the grid that looks along y. */
function ahead({ width, height }: Size): RenderView {
  return {
    size: [width, height],
    focal: [0.8 * width, 0.8 * width],
    centre: [width / 2, height / 2],
    gridToCamera: [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
    withinPicture: true,
  };
}

/** GaussRender's loss of a training step: voxels drawn from a camera and from above, with gradients. */
export const cases = [{
  name: "render_voxels_forward_backward",
  sizes: [
    { grid: [200, 200, 16], classes: 18, width: 1600, height: 864, above: 400 },
    { grid: [200, 200, 16], classes: 18, width: 400, height: 216, above: 100 },
  ] as const,
  small: [{ grid: [50, 50, 16], classes: 18, width: 192, height: 108, above: 100 }] as const,
  tiny: { grid: [4, 4, 2], classes: 3, width: 16, height: 16, above: 16 } as const,
  run(gpu: Gpu, size: Size): () => Promise<void> {
    const [x, y, z] = size.grid;
    const voxels = x * y * z;
    const empty = size.classes - 1;
    const probabilities = variable(filled(gpu, [size.classes, voxels], 0, 1));
    const opacities = variable(filled(gpu, [voxels], 0, 0.2));
    // A tenth of the voxels hold something.
    const labels = Uint8Array.from(
      { length: voxels },
      (_, i) => i % 10 ? empty : i / 10 % empty,
    );
    const grid = {
      size: size.grid,
      origin: [-CELL * x / 2, -CELL * y / 2, -CELL * z / 2] as const,
      cell: CELL,
    };
    const drawn = {
      probabilities,
      opacities,
      labels,
      empty,
      ignored: 255,
      grid,
      deviation: CELL / 2,
    };
    const half = size.above / 2;
    const above = viewFromAbove(CELL * x, {
      size: size.above,
      focal: size.above,
      centre: [half, half],
    });
    return async () => {
      using _scope = gpu.scope();
      const pairs = [await renderVoxels(drawn, ahead(size)), await renderVoxels(drawn, above)];
      backward(renderLoss([pairs[0]!], pairs[1]!).total);
      probabilities.gradient = opacities.gradient = null;
    };
  },
}];
