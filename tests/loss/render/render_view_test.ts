// reference: the pinhole formulas, and directions by hand
import { assertEquals } from "@std/assert";
import { rasterCamera, seenFrom, viewFromAbove } from "../../../loss/render/render_view.ts";
import { assertClose } from "../../support.ts";

Deno.test("viewFromAbove has x to the right, y up, and less depth higher up", () => {
  const view = viewFromAbove(10, { size: 40, focal: 40, centre: [20, 20] });
  const { view: m, projection } = rasterCamera(view);
  const placed = (matrix: ArrayLike<number>, p: number[]) =>
    [0, 1, 2, 3].map((k) =>
      [...p, 1].reduce((sum, value, i) => sum + value * matrix[4 * i + k]!, 0)
    );
  assertClose(placed(m, [1, 2, 3]), [1, -2, 7, 1], { atol: 0, rtol: 0 });
  // 40 px / 7 m: 5.7 px to the right of the middle and 11.4 px up, of 20 to its edge.
  const [x, y, , w] = placed(projection, [1, 2, 3]);
  assertClose([x! / w!, y! / w!], [40 / 7 / 20, -80 / 7 / 20], { atol: 1e-12, rtol: 0 });
});

Deno.test("rasterCamera stands where its matrix puts it", () => {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const gridToCamera = [c, -s, 0, 2, 0, 0, -1, 1, s, c, 0, -3, 0, 0, 0, 1];
  const { position } = rasterCamera({
    size: [4, 3],
    focal: [2, 2],
    centre: [2, 1],
    gridToCamera,
    withinPicture: true,
  });
  const seen = [0, 1, 2].map((r) =>
    [0, 1, 2].reduce(
      (sum, k) => sum + gridToCamera[4 * r + k]! * position[k]!,
      gridToCamera[4 * r + 3]!,
    )
  );
  assertClose(seen, [0, 0, 0], { atol: 1e-12, rtol: 0 });
});

Deno.test("seenFrom leaves out what is behind or half a pixel from the edge, unless all count", () => {
  const view = {
    size: [10, 8],
    focal: [5, 5],
    centre: [5, 4],
    gridToCamera: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    withinPicture: true,
  } as const;
  // u is 5 + 5 x / z, v is 4 + 5 y / z: the edges of what counts are 0.5 and 9.5, 0.5 and 7.5.
  const centres = [[0, 0, 1], [0, 0, -1], [0.89, 0, 1], [0.91, 0, 1], [0, -1.38, 2], [0, -1.42, 2]];
  assertEquals([...seenFrom(view, centres.flat()).counts], [1, 0, 1, 0, 1, 0]);
  assertEquals([...seenFrom({ ...view, withinPicture: false }, centres.flat()).counts], [
    1,
    1,
    1,
    1,
    1,
    1,
  ]);
  assertEquals([...seenFrom(view, centres.flat()).depths], [1, -1, 1, 1, 2, 2]);
});
