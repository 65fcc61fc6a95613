import {
  type ReadSplatsOptions,
  SPZ_FRAMES,
  type SpzFrame,
  unusableText,
} from "../../../data/mod.ts";
import type { Options } from "../../command_line/options.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import type { Terminal } from "../../terminal/terminal.ts";

// Words that are said of files of splat-transform, spz-js and ply_to_spz: axes of the PLY file.
const AS_IS = "as-is";

/** How files of trained Gaussians are read, for every command that reads them. */
export const READING_OPTIONS = {
  iteration: {
    type: "number",
    integer: true,
    min: 0,
    help: "Of a model's folder the Gaussians saved at this iteration; the last if not given",
  },
  "spz-frame": {
    type: "string",
    value: "FRAME",
    help: "Where axes point in .spz files that do not declare it: RUB (the default), as-is for " +
      "those of PLY files (RDF), or any three letters of Left Right Up Down Forward Back",
  },
  lod: {
    type: "number",
    integer: true,
    min: 0,
    help: "Level of detail of a streamed SOG scene, 0 (the finest) if not given",
  },
} as const satisfies Options;

/** The values of `READING_OPTIONS` as the library has them. */
export function readingOptions(
  { iteration, spzFrame, lod }: {
    readonly iteration: number | undefined;
    readonly spzFrame: string | undefined;
    readonly lod: number | undefined;
  },
): ReadSplatsOptions {
  return { iteration, spzFrame: frameOf(spzFrame), lod };
}

/** The frame of a word of `--spz-frame`, in letters of either size. */
export function frameOf(word: string | undefined): SpzFrame | undefined {
  if (word === undefined) return undefined;
  if (word.toLowerCase() === AS_IS) return "RDF";
  const frame = SPZ_FRAMES.find((known) => known === word.toUpperCase());
  if (frame) return frame as SpzFrame;
  throw new UsageError(
    `Cannot read "${word}" as a frame of SPZ: it must be ${AS_IS} or one of ` +
      SPZ_FRAMES.join(", "),
  );
}

/** Says under `--quiet` too how many Gaussians of a file cannot be drawn and are left out. */
export function tellUnusable(terminal: Terminal, file: string, count: number, usable: number) {
  const text = unusableText(file, count, usable);
  if (text !== null) terminal.complain(text);
}
