import { assert, assertEquals } from "@std/assert";
import { CALIBRATION } from "../../../data/kitti360/calibration.ts";
import { invertRigid, matrixFromPose } from "../../../data/occupancy/rigid.ts";
import { renderPicture } from "../../../data/synth/picture.ts";
import { compose, egoFromCamera, streetFromEgo } from "../../../data/synth/rig.ts";
import { drawScene } from "../../../data/synth/scene.ts";
import { renderTilted } from "../../../data/synth/tilted_picture.ts";

const scene = drawScene(2, 0, 1);
const car = streetFromEgo(scene.drive, 0);

Deno.test("a level camera's tilted picture is its picture", () => {
  const view = {
    streetFromCamera: compose(car, egoFromCamera(scene.rig[0]!)),
    ...{ intrinsic: [40, 0, 32, 0, 40, 18, 0, 0, 1], size: [64, 36] as [number, number] },
  };
  assertEquals(
    renderTilted(scene, scene.solids, view).labels,
    renderPicture(scene, scene.solids, view).labels,
  );
});

Deno.test("a tilted camera shows what a level one at its place shows along the same rays", () => {
  const lidar = compose(car, { rotation: [1, 0, 0, 0], translation: [0.77, 0, 1.73] });
  const camera = compose(lidar, CALIBRATION.sensorToEgo);
  const [f, cx, cy] = [69, 85, 30] as const;
  const tilted = renderTilted(scene, scene.solids, {
    streetFromCamera: camera,
    ...{ intrinsic: [f, 0, cx, 0, f, cy, 0, 0, 1], size: [176, 47] },
  });
  // A level camera there that looks to the same side, with a wide view.
  const m = matrixFromPose(camera);
  const yaw = Math.atan2(m[6]!, m[2]!);
  const level = compose(
    { rotation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)], translation: camera.translation },
    egoFromCamera({ ...scene.rig[0]!, yaw: 0, position: [0, 0, 0] }),
  );
  const [F, SIZE] = [690, [2400, 1400] as [number, number]] as const;
  const wide = renderPicture(scene, scene.solids, {
    streetFromCamera: level,
    ...{ intrinsic: [F, 0, 1200, 0, F, 700, 0, 0, 1], size: SIZE },
  });
  const back = invertRigid(matrixFromPose(level));
  let same = 0;
  for (let v = 0; v < 47; v++) {
    for (let u = 0; u < 176; u++) {
      const ray = [(u + 0.5 - cx) / f, (v + 0.5 - cy) / f, 1];
      const turned = (matrix: Float64Array, by: readonly number[]) =>
        [0, 1, 2].map((row) => by.reduce((sum, value, k) => sum + matrix[4 * row + k]! * value, 0));
      const [x, y, z] = turned(back, turned(m, ray)) as [number, number, number];
      const column = Math.floor(F * x / z + 1200), row = Math.floor(F * y / z + 700);
      same += Number(wide.labels[row * SIZE[0] + column] === tilted.labels[v * 176 + u]);
    }
  }
  // Pixels at the edges of things fall to one side or the other.
  assert(same > 0.97 * 176 * 47, `${same} of ${176 * 47} pixels show the same class`);
});
