import { writePickle } from "../../../../data/formats/pickle_writer.ts";
import { writeNpy } from "../../../../data/formats/numpy/npy.ts";
import { writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { readInfos } from "../../../../data/nuscenes/infos.ts";
import { infosEntry } from "../../../../data/nuscenes/infos_writer.ts";
import { forEachRecord } from "../../../../data/nuscenes/json_table.ts";
import { CAMERA_NAMES } from "../../../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../../../data/occupancy/key_frame.ts";
import { readSurroundOcc } from "../../../../data/nuscenes/surround_occ.ts";
import { readOcc3d } from "../../../../data/occ3d/labels.ts";
import { readSweep } from "../../../../data/nuscenes/sweep.ts";
import type { Seed } from "./seeds.ts";

const still = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] } as const;
const frame: KeyFrame = {
  ...{ token: "t", sceneToken: "s", index: 0, timestamp: 1 },
  cameras: CAMERA_NAMES.map((name) => ({
    ...{ name, file: "a.jpg", timestamp: 1, sensorToEgo: still, egoToGlobal: still },
    intrinsic: [32, 0, 32, 0, 32, 18, 0, 0, 1],
  })),
  lidar: { file: "a.pcd.bin", sensorToEgo: still, egoToGlobal: still },
};
const asIs = (bytes: Uint8Array): Uint8Array => bytes;

/** Small valid files of a key frame: index, table, lidar sweep, labels. */
export function keyFrameSeeds(): Seed[] {
  const infos = { infos: { s: [infosEntry(frame)] }, metadata: [["s", 0]] };
  const plain = JSON.stringify(
    infos,
    (_, value) => value instanceof Float64Array ? [...value] : value,
  );
  const read = (bytes: Uint8Array) => readInfos(bytes, "fuzzed");
  const rows = BigInt64Array.from([0, 0, 0, 11, 199, 199, 15, 0, 3, 4, 5, 17], BigInt);
  const dense = (values: number[]) => ({
    ...{ shape: [1, 2, 2], dtype: "uint8" as const, data: Uint8Array.from(values) },
  });
  const masks = { mask_camera: dense([0, 1, 1, 0]), mask_lidar: dense([1, 1, 1, 0]) };
  return [
    { format: "infos, JSON", bytes: new TextEncoder().encode(plain), wrap: asIs, read },
    { format: "infos, pickle", bytes: writePickle(infos), wrap: asIs, read },
    {
      format: "table",
      bytes: new TextEncoder().encode('[{"a": 1, "b": "}{"}, {"c": [{"d": null}]}]'),
      wrap: asIs,
      read: (bytes) => {
        const path = Deno.makeTempFileSync();
        try {
          Deno.writeFileSync(path, bytes);
          const records: unknown[] = [];
          forEachRecord(path, (record) => records.push(record));
          return records;
        } finally {
          Deno.removeSync(path);
        }
      },
    },
    {
      format: "lidar sweep",
      bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, -1, -2, -3, 0, 1).buffer),
      wrap: asIs,
      read: (bytes) => readSweep(bytes, "fuzzed"),
    },
    {
      format: "SurroundOcc labels",
      bytes: writeNpy({ shape: [3, 4], dtype: "int64", data: rows }),
      wrap: asIs,
      read: (bytes) => readSurroundOcc(bytes, "fuzzed"),
    },
    {
      format: "Occ3D labels",
      bytes: writeNpz({ semantics: dense([17, 4, 0, 11]), ...masks }),
      wrap: asIs,
      read: (bytes) => readOcc3d(bytes, { file: "fuzzed" }),
    },
  ];
}
