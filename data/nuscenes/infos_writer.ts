import { writeAtomically } from "../files/atomic_file.ts";
import { type Pickled, PickleList, PickleTuple, writePickle } from "../formats/pickle_writer.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { Pose } from "../occupancy/rigid.ts";

/** An entry of GaussianFormer's infos: file names, calibrations and ego poses of one key frame. */
export type InfosEntry = { readonly [key: string]: Pickled };

/** One key frame as GaussianFormer's infos hold it; `occPath` is the path of its labels. */
export function infosEntry(frame: KeyFrame, occPath = ""): InfosEntry {
  const { token, timestamp, lidar, cameras } = frame;
  const data: Record<string, InfosEntry> = {
    LIDAR_TOP: {
      filename: lidar.file,
      timestamp,
      calib: posed(lidar.sensorToEgo),
      pose: posed(lidar.egoToGlobal),
    },
  };
  for (const camera of cameras) {
    const { intrinsic } = camera;
    data[camera.name] = {
      filename: camera.file,
      timestamp: camera.timestamp,
      calib: {
        ...posed(camera.sensorToEgo),
        camera_intrinsic: [0, 3, 6].map((i) => new Float64Array(intrinsic.slice(i, i + 3))),
      },
      pose: posed(camera.egoToGlobal),
    };
  }
  return { token, timestamp, occ_path: occPath, data };
}

/**
 * Writes key frames as an index in GaussianFormer's schema, atomically: JSON where the path ends in
 * ".json", else a pickle. The key frames of a scene must stand together, in order.
 */
export function writeInfos(
  path: string,
  frames: readonly KeyFrame[],
  { occPath }: { occPath?: (frame: KeyFrame) => string } = {},
): void {
  const scenes = new Map<string, KeyFrame[]>();
  for (const frame of frames) {
    const scene = scenes.get(frame.sceneToken);
    if (scene) scene.push(frame);
    else scenes.set(frame.sceneToken, [frame]);
  }
  // An entry is made when its turn comes: ten thousand of them at once would fill 80 MB.
  const entries = (scene: readonly KeyFrame[]) =>
    scene.values().map((frame) => infosEntry(frame, occPath?.(frame)));
  const metadata = [...scenes].flatMap(([token, scene]) =>
    scene.map((_, i) => [token, i] as const)
  );
  if (/\.json$/i.test(path)) {
    return writeAtomically(path, jsonPieces(scenes, entries, metadata));
  }
  const infos = new Map(
    [...scenes].map(([token, scene]) => [token, new PickleList(entries(scene))]),
  );
  writeAtomically(
    path,
    writePickle({ infos, metadata: metadata.map((pair) => new PickleTuple(pair)) }),
  );
}

function* jsonPieces(
  scenes: ReadonlyMap<string, KeyFrame[]>,
  entries: (scene: readonly KeyFrame[]) => Iterable<InfosEntry>,
  metadata: readonly (readonly [string, number])[],
): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode('{"infos": {');
  let before = "";
  for (const [token, scene] of scenes) {
    const lines = [...entries(scene)].map((entry) => JSON.stringify(entry, plain));
    yield encoder.encode(`${before}\n${JSON.stringify(token)}: [\n${lines.join(",\n")}\n]`);
    before = ",";
  }
  yield encoder.encode(`\n},\n"metadata": ${JSON.stringify(metadata)}}\n`);
}

/** JSON has lists only where pickles have typed arrays too. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}

function posed({ rotation, translation }: Pose) {
  return { translation: new Float64Array(translation), rotation: new Float64Array(rotation) };
}
