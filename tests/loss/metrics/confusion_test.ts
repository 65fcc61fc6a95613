import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Confusion } from "../../../loss/metrics/confusion.ts";
import { occ3dMiou } from "../../../loss/metrics/occ3d_miou.ts";
import { sceneCompletion } from "../../../loss/metrics/scene_completion.ts";
import { streamMiou } from "../../../loss/metrics/stream_miou.ts";

const LABELS = [0, 1, 1, 2, 2, 2, 3, 255];
const PREDICTIONS = [0, 1, 2, 2, 2, 0, 1, 1];

function counted(classes = 4): Confusion {
  const confusion = new Confusion(classes);
  confusion.add(LABELS, PREDICTIONS, { ignored: 255 });
  return confusion;
}

Deno.test("Confusion counts voxels that are neither ignored nor masked", () => {
  assertEquals([...counted().counts], [1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 2, 0, 0, 1, 0, 0]);
  const masked = new Confusion(4);
  masked.add(LABELS, PREDICTIONS, { ignored: 255, mask: [0, 1, 0, 0, 0, 0, 1, 1] });
  assertEquals(masked.counts.reduce((a, b) => a + b), 2);
  assertEquals(counted().errors(), { tp: [1, 1, 2, 0], fp: [1, 1, 1, 0], fn: [0, 1, 1, 1] });
});

Deno.test("Confusion names what it cannot count", () => {
  assertThrows(() => new Confusion(4).add([0], []), RangeError, "1 labels and 0 predictions");
  assertThrows(
    () => new Confusion(4).add([0, 4], [0, 1]),
    RangeError,
    "voxel 1 has label 4 and prediction 1, both must be in 0 to 3",
  );
});

Deno.test("each rule on the same counts: 4 classes, the last or the first empty", () => {
  // Occ3D: classes 0 to 2 have labels, free has one too and is not in the mean.
  const occ3d = occ3dMiou(counted());
  assertEquals(occ3d.iou, [1 / 2, 1 / 3, 2 / 4, 0]);
  assertAlmostEquals(occ3d.miou!, 100 * (1 / 2 + 1 / 3 + 1 / 2) / 3, 1e-12);
  // A class without a label is left out even if it is predicted.
  const absent = new Confusion(3);
  absent.add([0, 0], [0, 1]);
  assertEquals(occ3dMiou(absent), { iou: [1 / 2, null, null], miou: 50 });
  assertEquals(occ3dMiou(new Confusion(3)).miou, null);

  // Scene completion: class 0 is empty.
  const completion = sceneCompletion(counted());
  assertEquals(completion.completion, { tp: 5, fp: 0, fn: 1 });
  assertAlmostEquals(completion.iou, 5 / 6, 1e-12);
  assertAlmostEquals(completion.miou, (1 / 3 + 2 / 4 + 0) / 3, 1e-5);

  // GaussianWorld: class 0 is noise, class 3 empty; a prediction of noise is no false negative.
  const stream = streamMiou(counted());
  assertEquals(stream.fn, [0, 1, 0, 1]);
  assertAlmostEquals(stream.miou, (1 / 3 + 2 / 3) / 2, 1e-12);
  // Noise is empty: rows are predictions, columns labels.
  assertEquals(stream.geometry, [[1, 1], [1, 4]]);
});
