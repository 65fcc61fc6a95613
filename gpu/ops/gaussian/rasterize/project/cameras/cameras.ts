import type { Snippet } from "../../../../../kernel.ts";
import type { RasterCamera } from "../../camera.ts";
import jetSource from "./jet.wgsl" with { type: "text" };
import lensSource from "./lens.wgsl" with { type: "text" };
import lensBackwardSource from "./lens_backward.wgsl" with { type: "text" };
import pinholeSource from "./pinhole.wgsl" with { type: "text" };
import pinholeBackwardSource from "./pinhole_backward.wgsl" with { type: "text" };

/** How the kernels of projection see through one kind of camera. */
export interface CameraSnippets {
  /** `camera_shows`, and `look`: the pixel and the rows of the Jacobian at a point. */
  readonly look: readonly Snippet[];
  /** `mean_backward`: from gradients by these to that of the point. */
  readonly backward: readonly Snippet[];
}

/**
 * The cameras, each a text of its own: a branch beside the pinhole's lines, even one never taken, has shader
 * compilers contract other products, and trainings end in other bits.
 */
export const CAMERAS = {
  pinhole: {
    look: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/pinhole.wgsl",
      source: pinholeSource,
    }],
    backward: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/pinhole_backward.wgsl",
      source: pinholeBackwardSource,
    }],
  },
  lens: {
    look: [
      { path: "gpu/ops/gaussian/rasterize/project/cameras/lens.wgsl", source: lensSource },
      { path: "gpu/ops/gaussian/rasterize/project/cameras/jet.wgsl", source: jetSource },
    ],
    backward: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/lens_backward.wgsl",
      source: lensBackwardSource,
    }],
  },
} as const satisfies Record<string, CameraSnippets>;

/** Which of the cameras one is, and the overrides that its snippets declare. */
export function cameraKind(
  { lens }: RasterCamera,
): { readonly kind: keyof typeof CAMERAS; readonly constants: Readonly<Record<string, number>> } {
  if (!lens) return { kind: "pinhole", constants: {} };
  return { kind: "lens", constants: { LENS: { opencv: 1, fisheye: 2 }[lens.kind] } };
}
