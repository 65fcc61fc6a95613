import type { Gpu } from "../../../../../gpu/device.ts";
import { blendBackward } from "../../../../../gpu/ops/gaussian/rasterize/blend/blend_backward.ts";
import { blendTiles } from "../../../../../gpu/ops/gaussian/rasterize/blend/blend_tiles.ts";
import type { RasterCamera } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { RasterInputs } from "../../../../../gpu/ops/gaussian/rasterize/inputs.ts";
import {
  projectBackward,
  projectGaussians,
} from "../../../../../gpu/ops/gaussian/rasterize/project/project_gaussians.ts";
import {
  drawPairs,
  drawSplats,
  type RasterState,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import {
  shadeBackward,
  shadeGaussians,
} from "../../../../../gpu/ops/gaussian/rasterize/shade/shade_gaussians.ts";
import {
  makePairs,
  orderByDepth,
} from "../../../../../gpu/ops/gaussian/rasterize/tiles/tile_pairs.ts";
import { noGradient } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import type { Work } from "../../../../case.ts";
import {
  cameraOf,
  capacityOf,
  crowd,
  type RasterSize,
  sizes,
  small,
  tiny,
} from "./raster_scene.ts";

const PROJECT = { scaleModifier: 1, antialiasing: false, tight: true, projection: "ewa" } as const;
const BLEND = { background: [0, 0, 0], tight: true };

interface Scene {
  readonly gpu: Gpu;
  readonly inputs: RasterInputs;
  readonly camera: RasterCamera;
  readonly capacity: number;
  readonly state: RasterState;
  readonly dimage: Tensor;
}

function backward({ state, camera, dimage }: Scene): Tensor {
  return blendBackward(state, state, {
    ...BLEND,
    blended: state,
    depthOrder: state,
    camera,
    dimage,
    dinverseDepth: null,
    exact: true,
    accumulation: "ordered",
    magnitudes: false,
  });
}

function stage(name: string, body: (scene: Scene) => () => void) {
  return {
    name,
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: RasterSize): Work {
      return noGradient(gpu, () => {
        const inputs = crowd(gpu, size);
        const camera = cameraOf(size);
        const capacity = capacityOf(size);
        const state = drawPairs(drawSplats(inputs, camera, {}), camera, { capacity });
        const dimage = Tensor.from(
          gpu,
          Float32Array.from({ length: 3 * size.width * size.height }, (_, i) => Math.sin(i)),
          [3, size.height, size.width],
        );
        const work = body({ gpu, inputs, camera, capacity, state, dimage });
        return () => {
          using _scope = gpu.scope();
          noGradient(gpu, work);
        };
      });
    },
  };
}

/** The stages of drawing and walking back, each on the results of those before it. */
export const cases = [
  stage("raster_projection", ({ inputs, camera }) => () => {
    shadeGaussians(inputs, camera, projectGaussians(inputs, camera, PROJECT));
  }),
  stage("raster_projection_unscented", ({ inputs, camera }) => () => {
    projectGaussians(inputs, camera, { ...PROJECT, projection: {} });
  }),
  stage("raster_tiling_sort", ({ state, camera, capacity }) => () => {
    makePairs(state, orderByDepth(state, camera), camera, { capacity, tight: true });
  }),
  stage("raster_blend", ({ state, camera }) => () => {
    blendTiles(state, state, camera, BLEND);
  }),
  stage("raster_blend_backward", (scene) => () => {
    backward(scene);
  }),
  stage("raster_projection_backward", (scene) => {
    const { inputs, camera, state } = scene;
    const sums = backward(scene);
    return () => {
      const { touched, colours } = state;
      const options = { ...PROJECT, touched, sums, exact: true, covariances: false };
      const { dmeans } = projectBackward(inputs, camera, options);
      shadeBackward(inputs, camera, { touched, colours, sums, dmeans });
    };
  }),
];
