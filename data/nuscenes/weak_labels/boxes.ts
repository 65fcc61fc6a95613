import { type Box, boxAt } from "../../weak_labels/boxes.ts";
import type { Field } from "../fields.ts";
import { type Matrix4, matrixFromPose, type Pose } from "../../occupancy/rigid.ts";
import { labelOfCategory } from "./categories.ts";

/** A box of a category from the pose of its middle in the lidar frame and its length, width and height. */
export function boxOf(
  category: string,
  lidarFromBox: Matrix4,
  size: readonly [number, number, number],
): Box {
  return boxAt(labelOfCategory(category), lidarFromBox, size);
}

/** Whether decoded infos are mmdet3d's with boxes. */
export function hasBoxes(root: Field): boolean {
  const frame = root.find("data_list")?.find(0) ?? root.find("infos")?.find(0);
  return (frame?.find("instances") ?? frame?.find("gt_boxes") ?? null) !== null;
}

type Row = { token: string; category: string; values: readonly number[] };

/**
 * The boxes of mmdet3d infos by key frame token. Version 1 writes [x, y, z, l, w, h, yaw], the older
 * ones [x, y, z, w, l, h, -yaw - pi/2], both in one layout of files: files that do not say their
 * version are told apart by their cars, which are longer than wide.
 */
export function boxesFromMmdet3d(root: Field): Map<string, Box[]> {
  const rows = root.find("data_list") ? rowsOfVersion1(root) : rowsOfVersion0(root);
  const says = root.find("metainfo")?.find("info_version") !== undefined &&
    root.find("metainfo")?.find("info_version") !== null;
  const cars = rows.filter(({ category }) => /^(vehicle\.)?(car|bus|truck)/.test(category));
  const wide = cars.filter(({ values }) => values[3]! < values[4]!).length;
  const old = !says && wide > cars.length / 2;
  const boxes = new Map<string, Box[]>();
  for (const { token, category, values } of rows) {
    const [x, y, z, a, b, height, angle] = values as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const yaw = old ? -angle - Math.PI / 2 : angle;
    const pose: Pose = {
      rotation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)],
      translation: [x, y, z],
    };
    const box = boxOf(category, matrixFromPose(pose), [old ? b : a, old ? a : b, height]);
    const list = boxes.get(token);
    if (list) list.push(box);
    else boxes.set(token, [box]);
  }
  for (const frame of (root.find("data_list") ?? root.get("infos")).items()) {
    const token = frame.get("token").text();
    if (!boxes.has(token)) boxes.set(token, []);
  }
  return boxes;
}

function rowsOfVersion0(root: Field): Row[] {
  return root.get("infos").items().flatMap((frame) => {
    const token = frame.get("token").text();
    const names = listOf(frame.get("gt_names"));
    const values = frame.get("gt_boxes").numbers(7 * names.length);
    return names.map((category, i) => ({
      token,
      category: String(category),
      values: values.slice(7 * i, 7 * i + 7),
    }));
  });
}

function rowsOfVersion1(root: Field): Row[] {
  const known = root.get("metainfo").find("categories") ?? root.get("metainfo").get("CLASSES");
  const names = Array.isArray(known.value)
    ? new Map(known.items().map((name, i) => [i, name.text()]))
    : new Map(known.keys().map((name) => [known.get(name).number(), name]));
  return root.get("data_list").items().flatMap((frame) => {
    const token = frame.get("token").text();
    return frame.get("instances").items().map((instance) => ({
      token,
      // -1 stands for a category outside of the ten.
      category: names.get(instance.get("bbox_label_3d").number()) ?? "",
      values: instance.get("bbox_3d").numbers(7),
    }));
  });
}

function listOf(field: Field): unknown[] {
  const { value } = field;
  const list = Array.isArray(value) ? value : (value as { data?: unknown }).data;
  if (Array.isArray(list)) return list;
  throw field.wrong("a list of names");
}
