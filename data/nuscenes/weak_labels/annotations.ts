import { join } from "@std/path";
import { Field } from "../fields.ts";
import { forEachRecord } from "../json_table.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { invertRigid, matrixFromPose, multiply4 } from "../../occupancy/rigid.ts";
import type { Box } from "../../weak_labels/boxes.ts";
import { boxOf } from "./boxes.ts";
import { labelOfCategory } from "./categories.ts";

/**
 * The boxes of nuScenes' own tables by key frame token, for these key frames: sample_annotation.json
 * has them in the global frame, instance.json and category.json say what they are.
 */
export function boxesFromTables(dir: string, frames: readonly KeyFrame[]): Map<string, Box[]> {
  const names = new Map<string, string>();
  each(join(dir, "category.json"), (record) => {
    names.set(record.get("token").text(), record.get("name").text());
  });
  const categories = new Map<string, string>();
  each(join(dir, "instance.json"), (record) => {
    const name = names.get(record.get("category_token").text());
    if (name !== undefined) categories.set(record.get("token").text(), name);
  });
  const byToken = new Map(frames.map(({ token, lidar }) => [token, {
    lidarFromGlobal: invertRigid(
      multiply4(matrixFromPose(lidar.egoToGlobal), matrixFromPose(lidar.sensorToEgo)),
    ),
    boxes: [] as Box[],
  }]));
  each(join(dir, "sample_annotation.json"), (record) => {
    const frame = byToken.get(record.get("sample_token").text());
    if (!frame) return;
    const [width, length, height] = record.get("size").numbers(3) as [number, number, number];
    const lidarFromBox = multiply4(
      frame.lidarFromGlobal,
      matrixFromPose(record.pose("rotation", "translation")),
    );
    const category = categories.get(record.get("instance_token").text()) ?? "";
    frame.boxes.push(boxOf(category, lidarFromBox, [length, width, height]));
  });
  return new Map([...byToken].map(([token, { boxes }]) => [token, boxes]));
}

/** Classes of lidar points: the file of each sweep, and the label of each of its numbers. */
export type Lidarseg = { files: Map<string, string>; labels: Uint8Array };

/** nuScenes-lidarseg of a folder of tables; null where it has none. Files are by lidar file name. */
export function readLidarseg(dir: string): Lidarseg | null {
  try {
    if (!Deno.statSync(join(dir, "lidarseg.json")).isFile) return null;
  } catch {
    return null;
  }
  const files = new Map<string, string>();
  const bySampleData = new Map<string, string>();
  each(join(dir, "lidarseg.json"), (record) => {
    bySampleData.set(record.get("sample_data_token").text(), record.get("filename").text());
  });
  each(join(dir, "sample_data.json"), (record) => {
    const file = bySampleData.get(record.get("token").text());
    if (file !== undefined) files.set(record.get("filename").text(), file);
  });
  const labels = new Uint8Array(256);
  each(join(dir, "category.json"), (record) => {
    const index = record.find("index")?.number();
    if (index === undefined || !(index >= 0 && index < 256)) return;
    labels[index] = labelOfCategory(record.get("name").text());
  });
  return { files, labels };
}

function each(path: string, visit: (record: Field) => void): void {
  let count = 0;
  forEachRecord(path, (value) => visit(new Field(value, path, `record ${count++}`)));
}
