import { assertEquals } from "@std/assert";
import { anchorCells } from "../../../../model/occupancy/anchor/anchor_cells.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../../support.ts";
import { anchorCells as reference } from "../../../reference/gaussian/anchor_cells.ts";

const range = [-50, -50, -5, 50, 50, 3] as const;

for (const [gaussians, width, edge] of [[1, 3, 1], [130, 28, 0.5], [67, 11, 2]] as const) {
  gpuTest(`anchorCells [${gaussians}, ${width}] of ${edge} m`, async (gpu) => {
    const anchor = Float32Array.from(noise(9, gaussians * width, -12, 12));
    const cells = anchorCells(Tensor.from(gpu, anchor, [gaussians, width]), {
      range,
      scales: [0, 1],
      edge,
    });
    assertEquals([...await cells.read("i32")], reference(anchor, width, range, edge));
  });
}
