import { type DataRoots, rootsIn } from "../mod.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** The options that say where a nuScenes data set is: one folder, or its three parts. */
export const DATA_OPTIONS = {
  data: {
    type: "string",
    value: "DIR",
    help: "Folder with nuscenes/, nuscenes_cam/ and surroundocc/",
  },
  "nuscenes-root": {
    type: "string",
    value: "DIR",
    help: "nuScenes' own folder, with samples/, where it is not DATA/nuscenes",
  },
  infos: {
    type: "string",
    value: "DIR",
    help: "Folder with the indices, where it is not DATA/nuscenes_cam",
  },
  labels: {
    type: "string",
    value: "DIR",
    help: "Folder with the labels, samples/*.npy, where it is not DATA/surroundocc",
  },
} as const satisfies Options;

/** The folders that the options name. */
export function dataRoots(
  { data, nuscenesRoot, infos, labels }: {
    readonly data?: string | undefined;
    readonly nuscenesRoot?: string | undefined;
    readonly infos?: string | undefined;
    readonly labels?: string | undefined;
  },
): DataRoots {
  const missing = [
    ["--nuscenes-root", nuscenesRoot],
    ["--infos", infos],
    ["--labels", labels],
  ].flatMap(([flag, value]) => value === undefined ? [flag] : []);
  if (data === undefined && missing.length) {
    throw new UsageError(
      missing.length === 3
        ? "Cannot find the data: --data is missing"
        : `Cannot find the data: without --data, ${missing.join(" and ")} must be given too`,
    );
  }
  const inside = rootsIn(data ?? "");
  return {
    nuscenes: nuscenesRoot ?? inside.nuscenes,
    infos: infos ?? inside.infos,
    labels: labels ?? inside.labels,
  };
}
