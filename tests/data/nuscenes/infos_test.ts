import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Pickled, PickleTuple, writePickle } from "../../../data/formats/pickle_writer.ts";
import { keyFramesFromInfos, readInfos } from "../../../data/nuscenes/infos.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/cameras.ts";
import { projectionMatrices } from "../../../data/occupancy/projection.ts";
import { drawGeometry, referenceGeometry } from "../../../data/occupancy/image_geometry.ts";

const SHARED = new URL("../../../../shared/data/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the tests on real infos: ../shared/data is absent");

const read = (name: string) => readInfos(Deno.readFileSync(new URL(name, SHARED)), name);

function sensor(name: string, camera: boolean) {
  return {
    filename: `samples/${name}/f`,
    calib: {
      rotation: [1, 0, 0, 0],
      translation: [1, 2, 3],
      ...(camera ? { camera_intrinsic: [[2, 0, 5], [0, 3, 6], [0, 0, 1]] } : {}),
    },
    pose: { rotation: [0, 0, 0, 1], translation: [7, 8, 9] },
  };
}

function frame(timestamp: number) {
  const data: Record<string, ReturnType<typeof sensor>> = { LIDAR_TOP: sensor("LIDAR_TOP", false) };
  for (const name of CAMERA_NAMES.toReversed()) data[name] = sensor(name, true);
  return { token: `t${timestamp}`, timestamp, data };
}

const infos = {
  infos: { beta: [frame(1), frame(2), frame(3)], alpha: [frame(9)] },
  metadata: ([["beta", 2], ["beta", 0], ["alpha", 0]] as const).map((pair) =>
    new PickleTuple(pair)
  ),
};

Deno.test("key frames come in the dataset's order, cameras in the network's", () => {
  const frames = readInfos(writePickle(infos as Pickled), "i.pkl");
  assertEquals(frames.map(({ sceneToken, index }) => sceneToken + index), [
    "alpha0",
    "beta0",
    "beta2",
  ]);
  assertEquals(frames[2]!.timestamp, 3);
  assertEquals(frames[0]!.cameras.map(({ name }) => name), [...CAMERA_NAMES]);
  const { lidar, cameras: [front] } = frames[0]!;
  assertEquals(lidar.sensorToEgo, { rotation: [1, 0, 0, 0], translation: [1, 2, 3] });
  assertEquals(front!.egoToGlobal, { rotation: [0, 0, 0, 1], translation: [7, 8, 9] });
  assertEquals(front!.intrinsic, [2, 0, 5, 0, 3, 6, 0, 0, 1]);
});

Deno.test("a missing or wrong entry is one error that names frame and key", () => {
  const broken = (change: (data: any) => void, message: string) => {
    const copy = structuredClone({ ...infos, metadata: [["beta", 1]] }) as any;
    change(copy);
    assertThrows(() => keyFramesFromInfos(copy, "i.pkl"), SyntaxError, message);
  };
  const where = 'Cannot read "i.pkl": frame 1 of scene "beta"';
  const data = (copy: any) => copy.infos.beta[1].data;
  broken((c) => delete data(c).CAM_BACK, `${where}.data has no key "CAM_BACK"`);
  broken((c) => delete data(c).CAM_BACK.pose.rotation, `${where}.data.CAM_BACK.pose has no key`);
  broken(
    (c) => data(c).CAM_FRONT.calib.camera_intrinsic.pop(),
    `${where}.data.CAM_FRONT.calib.camera_intrinsic must be 9 finite numbers`,
  );
  broken((c) => data(c).LIDAR_TOP.calib.translation[1] = NaN, "must be 3 finite numbers");
  broken(
    (c) => data(c).LIDAR_TOP.calib.rotation = [0, 0, 0, 0],
    "a quaternion of a length above 0",
  );
  broken((c) => c.metadata = [["gamma", 0]], 'has no key "gamma"');
  broken((c) => c.metadata = [["beta", 7]], "has no entry 7");
  broken((c) => delete c.metadata, 'has no key "metadata"');
  broken((c) => c.metadata = 5, "metadata must be a list");
  assertThrows(() => keyFramesFromInfos([1, 2], "i.pkl"), SyntaxError, 'it has no key "infos"');
  assertThrows(
    () => readInfos(writePickle(infos as Pickled).subarray(0, 99), "i.pkl"),
    SyntaxError,
  );
});

Deno.test({
  name: "mmdet3d's two versions give the reference's own projections",
  ignore: !haveShared,
  fn() {
    const geometry = drawGeometry(referenceGeometry([1600, 864]), [1600, 900]);
    const [own] = read("nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl");
    const [version1] = read("nuscenes_extra/scene0061_mmdet3d_v1.1.pkl");
    assertEquals(version1!.token, own!.token);
    assertEquals(version1!.timestamp, own!.timestamp);
    assertEquals(version1!.cameras.map(({ file }) => file), own!.cameras.map(({ file }) => file));
    assertEquals(version1!.lidar.file, own!.lidar.file);
    const expected = projectionMatrices(own!, Array(6).fill(geometry));
    // The other file's matrices were rounded to float32, global positions of 1000 m included.
    projectionMatrices(version1!, Array(6).fill(geometry)).forEach((value, i) =>
      assertAlmostEquals(value, expected[i]!, 2e-5 * (1 + Math.abs(expected[i]!)))
    );

    const mini = read("nuscenes_cam/mmdet3d_nuscenes_infos_val_mini.pkl");
    assertEquals(mini.length, 81);
    assertEquals(
      mini.every(({ timestamp }, i) => i === 0 || timestamp > mini[i - 1]!.timestamp),
      true,
    );
    assertEquals(mini[0]!.lidar.file.startsWith("samples/LIDAR_TOP/n0"), true);
    assertEquals(mini[0]!.cameras[3]!.file.startsWith("samples/CAM_BACK/n0"), true);
    assertEquals(read("nuscenes_extra/mmdet3d_tests/nus_info.pkl").length, 2);
  },
});
