import { dirname, join } from "@std/path";
import type { ByteSource } from "../../formats/byte_source.ts";
import { locate, unreadable } from "../../formats/unreadable.ts";
import type { ReadSplatsOptions, Remark } from "../splat_format.ts";
import { joinSplats, type Splats } from "../splats.ts";
import { readAll } from "../splat_stream.ts";
import { openSogFolder } from "./sog.ts";

/** The name of the file that lists the parts of a scene with levels of detail. */
export const STREAMED_SOG = "lod-meta.json";

interface LodMeta {
  readonly levels: number;
  /** `meta.json` of each part, from the folder of the list. */
  readonly files: readonly string[];
  /** Parts of each level, in the order of the list. */
  readonly ofLevel: readonly (readonly number[])[];
  readonly environment: boolean;
}

// A tree of two children a node is this deep for more parts than any disk holds.
const DEEPEST = 64;

/** Reads one level of detail of a streamed SOG scene, all its parts joined in their order. */
export async function readStreamedSog(
  source: ByteSource,
  path: string,
  { lod = 0, remark }: ReadSplatsOptions & { readonly remark: Remark },
): Promise<Splats> {
  let meta: LodMeta;
  try {
    meta = parseLodMeta(new TextDecoder().decode(source.read(0, source.size)));
  } catch (error) {
    throw locate(error, source.file, 0);
  }
  const chosen = meta.ofLevel[lod];
  if (!chosen) {
    throw unreadable(
      source.file,
      0,
      `it has no level ${lod}, its levels are 0 (the finest) to ${meta.levels - 1}`,
    );
  }
  const parts: Splats[] = [];
  for (const index of chosen) {
    parts.push(readAll(await openSogFolder(join(dirname(path), meta.files[index]!), remark)));
  }
  if (meta.levels > 1) remark(`level ${lod} of ${meta.levels}, 0 being the finest`);
  if (meta.environment) remark("the environment around the scene is not read");
  return joinSplats(parts);
}

/** Checks the text of a `lod-meta.json`; throws a RangeError that names what is wrong. */
export function parseLodMeta(text: string): LodMeta {
  const json = JSON.parse(text);
  const { filenames, tree, lodLevels, environment } = json ?? {};
  if (!Number.isInteger(lodLevels) || lodLevels < 1 || lodLevels > DEEPEST) {
    throw new RangeError(`"lodLevels" must be a whole number from 1 to ${DEEPEST}`);
  }
  const named = Array.isArray(filenames) &&
    filenames.every((name) =>
      typeof name === "string" && !/[\\:]/.test(name) &&
      name.split("/").every((part) => part !== "" && !/^\.+$/.test(part))
    );
  if (!named) throw new RangeError('"filenames" must be names of files below this folder');
  const ofLevel = Array.from({ length: lodLevels }, () => new Set<number>());
  walkTree(tree, 0, (level, file) => {
    if (!Number.isInteger(file) || file < 0 || file >= filenames.length || !ofLevel[level]) {
      throw new RangeError(`a leaf of "tree" names file ${file} of level ${level}`);
    }
    ofLevel[level].add(file);
  });
  return {
    levels: lodLevels,
    files: filenames,
    ofLevel: ofLevel.map((files) => [...files].sort((a, b) => a - b)),
    environment: environment !== undefined && environment !== null,
  };
}

function walkTree(
  // deno-lint-ignore no-explicit-any
  node: any,
  depth: number,
  found: (level: number, file: number) => void,
): void {
  if (typeof node !== "object" || node === null || depth > DEEPEST) {
    throw new RangeError(`"tree" must be nodes of "children" or "lods", ${DEEPEST} deep at most`);
  }
  if (Array.isArray(node.children)) {
    for (const child of node.children) walkTree(child, depth + 1, found);
    return;
  }
  for (const [level, lod] of Object.entries(node.lods ?? {})) {
    found(Number(level), (lod as { file: number } | null)?.file ?? NaN);
  }
}
