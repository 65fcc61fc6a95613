import { NO_LENS, type RasterCamera } from "../../camera.ts";

/** A camera with a lens; one without gets the lens that bends nothing. */
export function throughLens(camera: RasterCamera): RasterCamera {
  if (camera.lens) return camera;
  const { width, height, tangents, centre = [0, 0] } = camera;
  return {
    ...camera,
    lens: {
      ...NO_LENS,
      kind: "opencv",
      focal: [width / (2 * tangents[0]), height / (2 * tangents[1])],
      centre: [(centre[0] + 1) * width / 2, (centre[1] + 1) * height / 2],
      // Wider than any picture, and finite when squared.
      most: 1e12,
    },
  };
}
