import { openSource } from "../formats/byte_source.ts";
import { readJson } from "../formats/json/json.ts";
import { forEachRecord } from "../nuscenes/json_table.ts";
import { POINT_FLOATS, readSweep } from "../nuscenes/sweep.ts";
import { arrayNode, type ContentNode, type ContentOptions, rangeOf } from "./content.ts";
import { describeValue } from "./value_tree.ts";

const POINT_COLUMNS = ["x", "y", "z", "intensity", "ring"];

/** Describes a lidar sweep of nuScenes: its points, column by column. */
export function sweepContent(path: string, { values }: ContentOptions): ContentNode[] {
  const source = openSource(path);
  const points = source.size / (4 * POINT_FLOATS);
  if (!values && Number.isInteger(points)) {
    return [arrayNode("points", { dtype: "float32", shape: [points, POINT_FLOATS] }, null)];
  }
  const sweep = readSweep(source.read(0, source.size), path);
  const shape = [sweep.length / POINT_FLOATS, POINT_FLOATS];
  const columns = POINT_COLUMNS.map((name, c): ContentNode => {
    const column = sweep.filter((_, i) => i % POINT_FLOATS === c);
    return { name, what: "column", range: rangeOf(column) };
  });
  return [{ ...arrayNode("points", { dtype: "float32", shape }, null), children: columns }];
}

/** Describes the labels of a sweep's points, a byte each. */
export function lidarsegContent(path: string, { values }: ContentOptions): ContentNode[] {
  const source = openSource(path);
  const data = values ? () => source.read(0, source.size) : null;
  return [arrayNode("labels", { dtype: "uint8", shape: [source.size] }, data)];
}

/**
 * Describes any other JSON file. A list of records, as nuScenes' tables are, is read a record at a time,
 * so that it may be larger than a text in memory can be; its first record stands for all.
 */
export function jsonContent(path: string, options: ContentOptions): ContentNode[] {
  const source = openSource(path);
  const start = source.read(0, Math.min(64, source.size));
  if (/^\s*\[\s*\{/.test(new TextDecoder().decode(start))) return tableContent(path, options);
  const value = readJson(source.read(0, source.size), path);
  return [describeValue("value", value, options)];
}

function tableContent(path: string, options: ContentOptions): ContentNode[] {
  let count = 0;
  let first: unknown;
  forEachRecord(path, (record) => {
    if (count++ === 0) first = record;
  });
  const { children = [] } = describeValue("record", first, options);
  return [{ name: "table", what: `${count} records, the first of them:`, children }];
}
