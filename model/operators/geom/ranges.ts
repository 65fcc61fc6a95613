import type { AnchorRanges } from "../../occupancy/anchor/anchor.ts";
import type { HostArray } from "../operator.ts";

/** A scene's box of `pc_range`. */
export function rangeOf({ data }: HostArray): AnchorRanges["range"] {
  return [data[0]!, data[1]!, data[2]!, data[3]!, data[4]!, data[5]!];
}

/** Smallest and largest scale of `scale_range`. */
export function scalesOf({ data }: HostArray): AnchorRanges["scales"] {
  return [data[0]!, data[1]!];
}
