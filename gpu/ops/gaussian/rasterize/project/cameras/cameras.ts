import type { Snippet } from "../../../../../kernel.ts";
import type { RasterCamera } from "../../camera.ts";
import distortionSource from "./distortion.wgsl" with { type: "text" };
import jetSource from "./jet.wgsl" with { type: "text" };
import lensSource from "./lens.wgsl" with { type: "text" };
import lensBackwardSource from "./lens_backward.wgsl" with { type: "text" };
import lensLookSource from "./lens_look.wgsl" with { type: "text" };
import lensRimSource from "./lens_rim.wgsl" with { type: "text" };
import wideSource from "./wide.wgsl" with { type: "text" };
import wideBackwardSource from "./wide_backward.wgsl" with { type: "text" };
import wideLookSource from "./wide_look.wgsl" with { type: "text" };
import wideRimSource from "./wide_rim.wgsl" with { type: "text" };
import pinholeSource from "./pinhole.wgsl" with { type: "text" };
import pinholeBackwardSource from "./pinhole_backward.wgsl" with { type: "text" };

/** How the kernels of projection see through one kind of camera. */
export interface CameraSnippets {
  /** `camera_shows` and `camera_depth`, and of lenses `lens_place`: where one shows a point. */
  readonly place: readonly Snippet[];
  /** `look`: the pixel and the rows of the Jacobian at a point. */
  readonly look: readonly Snippet[];
  /** `mean_backward`: from gradients by these to that of the point. */
  readonly backward: readonly Snippet[];
  /** What the unscented transform asks of it besides, of cameras that it goes through. */
  readonly rim?: Snippet;
}

/**
 * The cameras, each a text of its own: a branch beside the pinhole's lines, even one never taken, has shader
 * compilers contract other products, and trainings end in other bits.
 */
export const CAMERAS = {
  pinhole: {
    place: [],
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
    place: [
      { path: "gpu/ops/gaussian/rasterize/project/cameras/lens.wgsl", source: lensSource },
      {
        path: "gpu/ops/gaussian/rasterize/project/cameras/distortion.wgsl",
        source: distortionSource,
      },
      { path: "gpu/ops/gaussian/rasterize/project/cameras/jet.wgsl", source: jetSource },
    ],
    look: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/lens_look.wgsl",
      source: lensLookSource,
    }],
    backward: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/lens_backward.wgsl",
      source: lensBackwardSource,
    }],
    rim: {
      path: "gpu/ops/gaussian/rasterize/project/cameras/lens_rim.wgsl",
      source: lensRimSource,
    },
  },
  wide: {
    place: [
      { path: "gpu/ops/gaussian/rasterize/project/cameras/wide.wgsl", source: wideSource },
      {
        path: "gpu/ops/gaussian/rasterize/project/cameras/distortion.wgsl",
        source: distortionSource,
      },
      { path: "gpu/ops/gaussian/rasterize/project/cameras/jet.wgsl", source: jetSource },
    ],
    look: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/wide_look.wgsl",
      source: wideLookSource,
    }],
    backward: [{
      path: "gpu/ops/gaussian/rasterize/project/cameras/wide_backward.wgsl",
      source: wideBackwardSource,
    }],
    rim: {
      path: "gpu/ops/gaussian/rasterize/project/cameras/wide_rim.wgsl",
      source: wideRimSource,
    },
  },
} as const satisfies Record<string, CameraSnippets>;

/** Which of the cameras one is, and the overrides that its snippets declare. */
export function cameraKind(
  { lens }: RasterCamera,
): { readonly kind: keyof typeof CAMERAS; readonly constants: Readonly<Record<string, number>> } {
  if (!lens) return { kind: "pinhole", constants: {} };
  switch (lens.kind) {
    case "opencv":
      return { kind: "lens", constants: { LENS: 1 } };
    case "fisheye":
      return { kind: "lens", constants: { LENS: 2 } };
    default: {
      const WIDE = { "wide fisheye": 1, equirectangular: 2, orthographic: 3 }[lens.kind];
      return { kind: "wide", constants: { WIDE } };
    }
  }
}
