import { checkShapes } from "../../../../shape.ts";
import type { Tensor } from "../../../../tensor.ts";
import { checkCamera, type RasterCamera } from "../camera.ts";
import {
  countPairs,
  drawPairs,
  type Rasterized,
  type RasterOptions,
  recordDrawing,
  screenBackward,
} from "../rasterize.ts";
import { orderByDepth } from "../tiles/tile_pairs.ts";
import type { ScreenRecords } from "./screen_records.ts";

/**
 * Draws Gaussians that are on the screen already, as `rasterize` does once it has projected and coloured
 * them. `onScreen` is a leaf [m, 12] whose gradient will be that of the records, as `blendBackward` has it;
 * its own numbers are not read. `magnitudes` says whether it is to have sums of magnitudes too.
 */
export function rasterizeRecords(
  records: ScreenRecords,
  camera: RasterCamera,
  options: RasterOptions & {
    readonly capacity: number;
    readonly onScreen?: Tensor | null;
    readonly magnitudes?: boolean;
  },
): Rasterized {
  const { onScreen = null, magnitudes = false } = options;
  checkShapes("rasterizeRecords", {
    places: [records.places, "m", 4],
    shapes: [records.shapes, "m", 4],
    colours: [records.colours, "m", 4],
    radii: [records.radii, "m"],
    touched: [records.touched, "m"],
    onScreen: [onScreen, "m", 12],
  });
  checkCamera(camera);
  const { gpu } = records.places;
  using scope = gpu.scope();
  const state = drawPairs(sorted(records, camera), camera, options);
  return recordDrawing("rasterizeRecords", onScreen ? [onScreen] : [], {
    state,
    keep: (kept) => scope.keep(kept),
    backward: (dimage, dinverseDepth) => [
      screenBackward(camera, state, { ...options, dimage, dinverseDepth, magnitudes }),
    ],
  });
}

/** The same without gradients, with just the room that it takes, as `rasterizeMeasured` does. */
export async function rasterizeRecordsMeasured(
  records: ScreenRecords,
  camera: RasterCamera,
  options: RasterOptions & { readonly onPairs?: (pairs: number) => void } = {},
): Promise<Rasterized> {
  const splats = sorted(records, camera);
  const capacity = Math.max(1, await countPairs(splats));
  options.onPairs?.(capacity);
  const state = drawPairs(splats, camera, { ...options, capacity });
  return recordDrawing("rasterizeRecords", [], { state, keep: () => {}, backward: () => [] });
}

/** Records in the order of their depths, as views: what is kept until walking back is released then. */
function sorted(records: ScreenRecords, camera: RasterCamera) {
  const own: ScreenRecords = {
    places: records.places.alias(),
    shapes: records.shapes.alias(),
    colours: records.colours.alias(),
    radii: records.radii.alias(),
    touched: records.touched.alias(),
  };
  return { ...own, ...orderByDepth(own, camera) };
}
