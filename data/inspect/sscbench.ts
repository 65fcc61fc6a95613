import { basename, dirname } from "@std/path";
import { openSource } from "../formats/byte_source.ts";
import { readInvalid, readOccupied, readRawLabels } from "../kitti360/raw_voxels.ts";
import { kitti360 } from "../kitti360/task.ts";
import { arrayNode, type ContentNode, type ContentOptions } from "./content.ts";

const READERS = {
  label: { dtype: "uint16", read: readRawLabels },
  invalid: { dtype: "uint8", read: readInvalid },
  bin: { dtype: "uint8", read: readOccupied },
} as const;

/** Whether a file is one of SSCBench's raw voxels of KITTI-360, by its name and folder. */
export function isSscbench(path: string): boolean {
  const [, ending] = /\.(label|invalid|bin)$/.exec(path) ?? [];
  return ending !== undefined && (ending !== "bin" || basename(dirname(path)) === "voxels");
}

/** Describes them: ids, what nobody saw, where the lidar hit. */
export function sscbenchContent(path: string, { values }: ContentOptions): ContentNode[] {
  const ending = /[^.]*$/.exec(path)![0] as keyof typeof READERS;
  const { dtype, read } = READERS[ending];
  const source = openSource(path);
  const data = values ? () => read(source.read(0, source.size), path) : null;
  return [arrayNode(ending, { dtype, shape: [...kitti360.grid.dims] }, data)];
}
