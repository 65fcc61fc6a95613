import { assertEquals, assertThrows } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { CLASS } from "../../../../data/nuscenes/classes.ts";
import { noise } from "../../../noise.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { classifiedGaussians } from "../../../../model/occupancy/view/classified_gaussians.ts";
import { gaussianSplats } from "../../../../model/occupancy/view/gaussian_splats.ts";
import { readKeyFrame, writeKeyFrame } from "../../../../model/occupancy/view/key_frame_file.ts";
import { assertClose } from "../../../support.ts";

// Two cameras, and classes other than nuScenes'.
const TASK = {
  ...surroundOcc,
  name: "yard",
  cameras: ["left", "right"],
  around: [[0, 1]],
};
const CONFIG = {
  task: TASK,
  image: { ...presets.demo.image, width: 1000, height: 7 },
  occupancy: { ...presets.demo.occupancy, range: [0, 0, 0, 4, 6, 4] as const, voxel: 2 },
};

Deno.test("a key frame's file keeps labels, the grid, and pictures of at most 480 pixels' width", () => {
  const path = Deno.makeTempFileSync({ suffix: ".npz" });
  try {
    const prediction = Uint8Array.from({ length: 12 }, (_, i) => i);
    const truth = prediction.map((label) => 17 - label);
    // Each picture in one level, its odd columns 3 higher.
    const images = Uint8Array.from(
      { length: 2 * 7 * 1000 * 3 },
      (_, i) => 40 * Math.floor(i / 21000) + 3 * (Math.floor(i / 3) % 2),
    );
    writeKeyFrame(path, CONFIG, { prediction, truth, images });
    const frame = readKeyFrame(path);
    assertEquals([frame.dims, frame.range], [[2, 3, 2], [0, 0, 0, 4, 6, 4]]);
    assertEquals([frame.prediction, frame.truth], [prediction, truth]);
    assertEquals(frame.task, TASK);
    assertEquals(
      frame.pictures.map(({ width, height }) => [width, height]),
      Array(2).fill([333, 2]),
    );
    frame.pictures.forEach(({ data }, i) => {
      // Blocks of three columns have one or two of the odd ones.
      assertEquals(data.every((value) => [40 * i + 1, 40 * i + 2].includes(value)), true);
    });
    writeKeyFrame(path, CONFIG, { prediction });
    assertEquals([readKeyFrame(path).truth, readKeyFrame(path).pictures], [null, []]);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("a key frame's file of other programs needs only labels, and wrong shapes are named", () => {
  const path = Deno.makeTempFileSync({ suffix: ".npz" });
  const bytes = (...shape: number[]) => ({
    dtype: "uint8" as const,
    shape,
    data: new Uint8Array(shape.reduce((a, b) => a * b)),
  });
  try {
    const write = (arrays: Parameters<typeof writeNpz>[0]) =>
      Deno.writeFileSync(path, writeNpz(arrays) as Uint8Array<ArrayBuffer>);
    write({ semantics: bytes(2, 2, 2) });
    assertEquals(readKeyFrame(path).range, [-50, -50, -5, 50, 50, 3]);
    write({ semantics: bytes(8) });
    assertThrows(() => readKeyFrame(path), RangeError, `"semantics" has shape [8], [X, Y, Z] is`);
    write({ semantics: bytes(2, 2, 2), truth: bytes(2, 2, 1) });
    assertThrows(() => readKeyFrame(path), RangeError, `"truth" has 4 voxels, "semantics" 8`);
    write({ semantics: bytes(2, 2, 2), images: bytes(5, 2, 2, 3) });
    assertThrows(() => readKeyFrame(path), RangeError, `"images" has shape [5, 2, 2, 3]`);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("Gaussians of a splat file come back in the lidar frame with their classes", () => {
  const count = 17;
  const semantics = new Float32Array(18 * count);
  for (let i = 0; i < count; i++) semantics[18 * i + i] = 1; // all but free space
  const gaussians = {
    means: Float32Array.from(noise(1, 3 * count, -40, 40)),
    scales: Float32Array.from(noise(2, 3 * count, 0.1, 2)),
    rotations: Float32Array.from(noise(3, 4 * count)),
    opacities: Float32Array.from(noise(4, count, 0.1, 0.9)),
    semantics,
    labels: surroundOcc.classes.map((_, label) => label),
  };
  const rows = classifiedGaussians(gaussianSplats(gaussians, surroundOcc), surroundOcc);
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(12 * i, 12 * i + 12);
    assertClose(row.subarray(0, 3), gaussians.means.subarray(3 * i, 3 * i + 3));
    assertClose(row.subarray(3, 6), gaussians.scales.subarray(3 * i, 3 * i + 3));
    // Their axes are the rows of R, a splat's the columns: the conjugate.
    const [w, x, y, z] = gaussians.rotations.subarray(4 * i, 4 * i + 4) as unknown as number[];
    const length = Math.hypot(w!, x!, y!, z!);
    const expected = [-x!, -y!, -z!, w!].map((value) => value / length);
    const sign = Math.sign(expected[3]! * row[9]!) || 1;
    assertClose(row.subarray(6, 10), expected.map((value) => sign * value));
    assertClose(row.subarray(10, 11), [gaussians.opacities[i]!]);
    assertEquals(row[11], i);
  }
  assertEquals(CLASS.vegetation, count - 1);
});
