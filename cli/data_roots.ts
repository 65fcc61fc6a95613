import { join } from "@std/path";
import { type DataRoots, rootsIn } from "../data/mod.ts";
import type { Options } from "./command_line/options.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** The options that say where key frames lie, by the names of the original's settings. */
export const DATA_OPTIONS = {
  data: {
    type: "string",
    value: "DIR",
    help:
      "Folder with nuscenes/, nuscenes_cam/ and surroundocc/; with task.json; with SSCBench's " +
      "data_2d_raw/ and preprocess/",
  },
  "data-root": {
    type: "string",
    value: "DIR",
    help: "Folder of nuScenes, which holds samples/, in place of DIR/nuscenes",
  },
  "anno-root": {
    type: "string",
    value: "DIR",
    help:
      "Folder of the index nuscenes_infos_{train,val}_sweeps_occ.pkl, in place of DIR/nuscenes_cam",
  },
  "occ-path": {
    type: "string",
    value: "DIR",
    help: "Folder of the labels, which holds samples/, in place of DIR/surroundocc",
  },
} as const satisfies Options;

/** The folders that the options name; one of labels is not asked for where none are read. */
export function rootsOf({ data, dataRoot, annoRoot, occPath }: {
  readonly data?: string | undefined;
  readonly dataRoot?: string | undefined;
  readonly annoRoot?: string | undefined;
  readonly occPath?: string | undefined;
}, { labelled = true } = {}): DataRoots {
  const base = data === undefined ? null : rootsIn(data);
  const nuscenes = dataRoot ?? base?.nuscenes;
  const infos = annoRoot ?? base?.infos;
  const labels = occPath ?? base?.labels ?? (labelled ? undefined : "");
  if (nuscenes === undefined || infos === undefined || labels === undefined) {
    throw new UsageError(
      'Cannot run without "--data": the folder of the data must be named, or ' +
        (labelled
          ? "each of --data-root, --anno-root and --occ-path"
          : "--data-root and --anno-root"),
      ["nuscenes", "nuscenes_cam", ...(labelled ? ["surroundocc"] : [])]
        .map((name) => `"${join("DIR", name)}"`).join(", ") + " are looked for",
    );
  }
  return { nuscenes, infos, labels };
}
