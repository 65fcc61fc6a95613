import { assertEquals, assertThrows } from "@std/assert";
import { forEachRecord } from "../../../data/nuscenes/json_table.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/cameras.ts";
import { readTables } from "../../../data/nuscenes/tables.ts";

const LYFT = new URL(
  "../../../../shared/data/nuscenes_extra/nuscenes_schema_tables_lyft/v1.01-train/v1.01-train/",
  import.meta.url,
);
const haveLyft = await Deno.stat(LYFT).then(() => true, () => false);
if (!haveLyft) console.log("skipping the test on real tables: ../shared/data is absent");

const SENSORS = ["LIDAR_TOP", ...CAMERA_NAMES];

function withTables(
  check: (dir: string) => void,
  change: (tables: Record<string, any[]>) => void = () => {},
) {
  const dir = Deno.makeTempDirSync();
  const pose = (token: string, x: number) => ({
    token,
    rotation: [1, 0, 0, 0],
    translation: [x, 0, 0],
    timestamp: 1,
  });
  const samples = [["s2", "A", 30], ["s0", "B", 10], ["s1", "A", 20]] as const;
  const tables: Record<string, any[]> = {
    scene: [{ token: "A", name: "scene-0001" }, { token: "B", name: "scene-0002" }],
    sample: samples.map(([token, scene_token, timestamp]) => ({ token, scene_token, timestamp })),
    sensor: [...SENSORS, "RADAR_FRONT"].map((channel) => ({ token: `x${channel}`, channel })),
    calibrated_sensor: [...SENSORS, "RADAR_FRONT"].map((channel) => ({
      ...pose(`c${channel}`, 5),
      sensor_token: `x${channel}`,
      camera_intrinsic: channel.startsWith("CAM") ? [[9, 0, 1], [0, 9, 2], [0, 0, 1]] : [],
    })),
    ego_pose: samples.flatMap(([token, , time]) =>
      [...SENSORS, "RADAR_FRONT"].map((channel) => pose(`e${token}${channel}`, time))
    ),
    sample_data: samples.flatMap(([token]) =>
      [...SENSORS, "RADAR_FRONT"].flatMap((channel) =>
        [true, false].map((is_key_frame) => ({
          token: `${token}${channel}${is_key_frame}`,
          sample_token: token,
          calibrated_sensor_token: `c${channel}`,
          ego_pose_token: `e${token}${channel}`,
          timestamp: 7,
          is_key_frame,
          filename: `${is_key_frame ? "samples" : "sweeps"}/${channel}/${token} "{".jpg`,
        }))
      )
    ),
  };
  change(tables);
  try {
    for (const [name, records] of Object.entries(tables)) {
      Deno.writeTextFileSync(`${dir}/${name}.json`, JSON.stringify(records, null, 2));
    }
    check(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("tables are joined into key frames, by scene and time", () =>
  withTables((dir) => {
    const frames = readTables(dir);
    assertEquals(
      frames.map((
        { token, sceneToken, index, timestamp },
      ) => [token, sceneToken, index, timestamp]),
      [["s1", "A", 0, 20], ["s2", "A", 1, 30], ["s0", "B", 0, 10]],
    );
    const [first] = frames;
    assertEquals(first!.cameras.map(({ name }) => name), [...CAMERA_NAMES]);
    assertEquals(first!.cameras[3]!.file, 'samples/CAM_BACK/s1 "{".jpg');
    assertEquals(first!.cameras[3]!.intrinsic, [9, 0, 1, 0, 9, 2, 0, 0, 1]);
    assertEquals(first!.lidar.sensorToEgo.translation, [5, 0, 0]);
    assertEquals(first!.lidar.egoToGlobal.translation, [20, 0, 0]);
    const only = readTables(dir, { scenes: (name) => name === "scene-0002" });
    assertEquals(only.map(({ token }) => token), ["s0"]);
  }));

Deno.test("what the tables lack is named", () => {
  const broken = (change: (tables: Record<string, any[]>) => void, message: string) =>
    withTables((dir) => {
      assertThrows(() => readTables(dir), SyntaxError, message);
    }, change);
  broken(
    ({ sample_data }) =>
      sample_data!.splice(sample_data!.findIndex((r) => r.token === "s1CAM_BACKtrue"), 1),
    'sample "s1" has no key frame of CAM_BACK',
  );
  broken(({ ego_pose }) => ego_pose!.shift(), 'no record "es2LIDAR_TOP"');
  broken(
    ({ sample }) => delete sample![1].timestamp,
    'sample.json": record 1 has no key "timestamp"',
  );
  broken(
    ({ ego_pose }) => ego_pose![0].rotation.pop(),
    "record 0.rotation must be 4 finite numbers",
  );
});

Deno.test("records are found across chunk borders, in text with braces, and not beyond damage", () => {
  const file = Deno.makeTempFileSync();
  try {
    // Together 3 MB: several chunks, with a border inside most kinds of token.
    const records = Array.from({ length: 30_000 }, (_, i) => ({
      i,
      text: `}{"\\${"é".repeat(i % 37)}`,
      deep: { list: [{ x: 1 }] },
    }));
    Deno.writeTextFileSync(file, JSON.stringify(records));
    const seen: unknown[] = [];
    forEachRecord(file, (record) => seen.push(record));
    assertEquals(seen, records);

    const failing = (text: string, message: string) => {
      Deno.writeTextFileSync(file, text);
      assertThrows(() => forEachRecord(file, () => {}), SyntaxError, message);
    };
    failing('[{"a": 1}, {"b": ', "at byte 11: the file ends inside this record");
    failing('[{"a": 1}, {"b": oops}]', "at byte 11: this record is not JSON");
    failing("PNG", 'it does not start with "["');
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test({
  name: "real tables in nuScenes' schema",
  ignore: !haveLyft,
  fn() {
    const [frame, ...more] = readTables(LYFT.pathname);
    assertEquals(more, []);
    assertEquals(frame!.cameras[0]!.file, "images/host-a101_cam0_1240710385850000006.jpeg");
    assertEquals(frame!.lidar.file, "lidar/host-a101_lidar1_1240710385903083166.bin");
    assertEquals(frame!.cameras[0]!.egoToGlobal.translation.length, 3);
  },
});
