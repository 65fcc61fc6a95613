import type {
  GltfColors,
  GltfEncoding,
  SpzVersion,
  WriteSplatsOptions,
} from "../../../data/mod.ts";
import type { Options } from "../../command_line/options.ts";
import { frameOf } from "./reading_options.ts";

/** How files of trained Gaussians are written. */
export const WRITING_OPTIONS = {
  "spz-version": {
    type: "number",
    integer: true,
    default: 3,
    min: 2,
    max: 4,
    help: "Version of a .spz that is written; older viewers read 2 alone",
  },
  "spz-frame-out": {
    type: "string",
    value: "FRAME",
    help: "Where axes point in a .spz that is written, as --spz-frame if not given",
  },
  gltf: {
    type: "string",
    default: "float",
    choices: ["float", "quantised", "spz"],
    help: "Numbers of a .glb that is written: floats, integers, or an SPZ file within (a draft)",
  },
  "gltf-colors": {
    type: "string",
    default: "srgb",
    choices: ["srgb", "linear"],
    help: "Colours of a .glb that is written: a display's values, or linear light",
  },
} as const satisfies Options;

/** The values of `WRITING_OPTIONS` as the library has them. */
export function writingOptions(
  { spzVersion, spzFrame, spzFrameOut, gltf, gltfColors }: {
    readonly spzVersion: number;
    readonly spzFrame: string | undefined;
    readonly spzFrameOut: string | undefined;
    readonly gltf: GltfEncoding;
    readonly gltfColors: GltfColors;
  },
): WriteSplatsOptions {
  return {
    spzVersion: spzVersion as SpzVersion,
    spzFrame: frameOf(spzFrameOut ?? spzFrame),
    gltfEncoding: gltf,
    gltfColors,
  };
}
