import { assertThrows } from "@std/assert";
import { ppisp } from "../../../../../model/splat/appearance/ppisp/ppisp.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { ppisp as reference } from "../../../../reference/appearance/ppisp.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

const FRAMES = 3;
const CAMERAS = 2;

for (
  const [width, height, camera, frame] of [
    [1, 1, 0, 0],
    [7, 5, 1, 2],
    [5, 13, null, 1],
    [13, 3, 0, null],
    [23, 9, 1, 0],
  ] as const
) {
  gpuTest(`ppisp of ${width}x${height}, camera ${camera}, frame ${frame}`, (gpu) => {
    const rows = { camera, frame };
    return checkOp(gpu, {
      inputs: [
        noiseArray(1, [3, height, width], 0.05, 0.9),
        noiseArray(2, [FRAMES], -0.4, 0.2),
        noiseArray(3, [CAMERAS, 3, 5], -0.2, 0.05),
        noiseArray(4, [FRAMES, 8], -0.5, 0.5),
        noiseArray(5, [CAMERAS, 3, 4], -0.5, 0.5),
      ],
      op: (image, exposure, vignetting, colour, response) =>
        ppisp(image, { exposure, vignetting, colour, response }, rows),
      reference: (image, exposure, vignetting, colour, response) =>
        reference(image, exposure, vignetting, colour, response, rows),
      tolerance: { atol: 2e-6, rtol: 1e-5 },
      step: 1e-6,
    });
  });
}

gpuTest("ppisp says which rows there are", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  const tables = {
    exposure: zeros(2),
    vignetting: zeros(1, 3, 5),
    colour: zeros(2, 8),
    response: zeros(1, 3, 4),
  };
  for (
    const [camera, frame, message] of [
      [1, 0, "camera 1 is not one of 0 to 0"],
      [0, 2, "frame 2 is not one of 0 to 1"],
      [0.5, 0, "camera 0.5 is not one of 0 to 0"],
    ] as const
  ) {
    assertThrows(() => ppisp(zeros(3, 2, 2), tables, { camera, frame }), RangeError, message);
  }
});
