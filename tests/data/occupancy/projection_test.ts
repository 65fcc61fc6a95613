import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { readInfos } from "../../../data/nuscenes/infos.ts";
import { drawGeometry, referenceGeometry } from "../../../data/occupancy/image_geometry.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import {
  imageFromLidar,
  projectionMatrices,
  projectPoint,
} from "../../../data/occupancy/projection.ts";
import {
  invertRigid,
  matrixFromPose,
  multiply4,
  type Pose,
  poseFromMatrix,
} from "../../../data/occupancy/rigid.ts";
import { decodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { PhiloxStream } from "../../../data/philox.ts";

const SHARED = new URL("../../../../shared/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the tests on real calibrations: ../shared is absent");

const frameOf = (split: string) =>
  readInfos(
    Deno.readFileSync(new URL(`data/nuscenes_cam/nuscenes_infos_${split}_sweeps_occ.pkl`, SHARED)),
  )[0]!;
const geometry = drawGeometry(referenceGeometry([1600, 864]), [1600, 900]);

Deno.test("poses, matrices and inverses agree", () => {
  const random = new PhiloxStream(4);
  for (let i = 0; i < 50; i++) {
    const q = Array.from({ length: 4 }, () => random.uniform(-1, 1));
    const norm = Math.hypot(...q) * (q[0]! < 0 ? -1 : 1);
    const pose = { rotation: q.map((v) => v / norm), translation: [1, -2, 3] } as unknown as Pose;
    const m = matrixFromPose(pose);
    poseFromMatrix(m).rotation.forEach((v, k) => assertAlmostEquals(v, pose.rotation[k]!, 1e-12));
    multiply4(m, invertRigid(m)).forEach((v, k) =>
      assertAlmostEquals(v, k % 5 === 0 ? 1 : 0, 1e-12)
    );
  }
  // A quarter turn about z takes x to y.
  const quarter = matrixFromPose({ rotation: [1, 0, 0, 1], translation: [5, 6, 7] });
  assertAlmostEquals(quarter[4]!, 1, 1e-15);
  assertEquals([quarter[3], quarter[7], quarter[11]], [5, 6, 7]);
});

Deno.test("each sensor's own ego pose is honoured", () => {
  const still: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
  // A camera looking along the ego's x axis; between lidar and shutter the car drove 2 m ahead.
  const ahead = { rotation: [0.5, -0.5, 0.5, -0.5], translation: [0, 0, 0] } as const;
  const matrix = imageFromLidar({
    name: "CAM_FRONT",
    file: "",
    timestamp: 0,
    sensorToEgo: ahead,
    egoToGlobal: { rotation: [1, 0, 0, 0], translation: [2, 0, 0] },
    intrinsic: [100, 0, 50, 0, 100, 40, 0, 0, 1],
  }, { file: "", sensorToEgo: still, egoToGlobal: still });
  // 10 m ahead of the lidar are 8 m ahead of the camera; 1 m left and 0.8 m up.
  const { u, v, depth } = projectPoint(matrix, [10, 1, 0.8]);
  assertAlmostEquals(depth, 8, 1e-12);
  assertAlmostEquals(u, 50 - 100 / 8, 1e-12);
  assertAlmostEquals(v, 40 - 10, 1e-12);
});

Deno.test({
  name: "projections equal the golden ones",
  ignore: !haveShared,
  fn() {
    const golden = readNpz(new URL("golden/geom_project_nusc.npz", SHARED).pathname)
      .get("projection_mat").data as Float32Array;
    projectionMatrices(frameOf("train"), Array(6).fill(geometry)).forEach((value, i) =>
      // Golden entries reach 1e6; they were multiplied in float32.
      assertAlmostEquals(value, golden[i]!, 1e-6 * (1 + Math.abs(golden[i]!)))
    );
    // Whole model A: the validation frame on pictures of 160x96, so rows times 1/10 and 1/9.
    const small = readNpz(new URL("golden/wholemodel/A/inputs.npz", SHARED).pathname)
      .get("projection_mat").data as Float32Array;
    projectionMatrices(frameOf("val"), Array(6).fill(geometry)).forEach((value, i) => {
      const row = Math.floor(i / 4) % 4;
      const expected = value / (row === 0 ? 10 : row === 1 ? 9 : 1);
      assertAlmostEquals(small[i]!, expected, 1e-6 * (1 + Math.abs(expected)));
    });
  },
});

Deno.test({
  name: "real lidar points land on the pictures, and on their edges",
  ignore: !haveShared,
  async fn() {
    for (const split of ["train", "val"]) {
      const frame = frameOf(split);
      const points = new Float32Array(
        Deno.readFileSync(new URL(`data/nuscenes/${frame.lidar.file}`, SHARED)).buffer,
      );
      const scores = { right: 0, off: 0 };
      for (const i of frame.cameras.keys()) {
        const { count, right, off } = await edgeScore(frame, i, points);
        // A 70 degree camera sees about a fifth of the sweep's 34 000 points.
        assert(count > 2000 && count < 12000, `${count} points in picture ${i}`);
        scores.right += right;
        scores.off += off;
      }
      // Where neighbouring points of a ring jump in depth, the picture tends to change as well; with
      // the calibration turned by 1.5 degrees this tendency must be weaker.
      assert(scores.right > 1.04 * scores.off, `${split}: ${scores.right} against ${scores.off}`);
    }
  },
});

/** Sum of picture gradients at depth jumps, as calibrated and with points shifted by 33 pixels. */
async function edgeScore(frame: KeyFrame, index: number, points: Float32Array) {
  const camera = frame.cameras[index]!;
  const file = new URL(`data/nuscenes/${camera.file}`, SHARED);
  const { data, width, height } = await decodeJpeg(Deno.readFileSync(file));
  const matrix = imageFromLidar(camera, frame.lidar);
  const gradient = (u: number, v: number) => {
    const x = Math.floor(u), y = Math.floor(v);
    if (x < 3 || x >= width - 3 || y < 0 || y >= height) return 0;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const at = (y * width + x) * 3 + c;
      sum += Math.abs(data[at + 9]! - data[at - 9]!);
    }
    return Math.min(sum, 120);
  };
  const last = new Map<number, { u: number; depth: number }>(); // by ring
  let count = 0, right = 0, off = 0;
  for (let i = 0; i < points.length; i += 5) {
    const { u, v, depth } = projectPoint(matrix, [points[i]!, points[i + 1]!, points[i + 2]!]);
    if (depth < 1 || u < 40 || u >= width - 40 || v < 0 || v >= height) continue;
    count++;
    const ring = points[i + 4]!;
    const before = last.get(ring);
    last.set(ring, { u, depth });
    if (!before || Math.abs(before.u - u) > 12 || Math.abs(before.depth - depth) < 1.5) continue;
    // The nearer of the two points lies on the edge of what hides the other.
    const edge = before.depth < depth ? before.u : u;
    right += gradient(edge, v);
    off += (gradient(edge - 33, v) + gradient(edge + 33, v)) / 2;
  }
  return { count, right, off };
}
