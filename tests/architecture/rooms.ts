import { readCode, type SourceFile } from "./source.ts";

/** A fact of the house: how code speaks of it, on which floors, and the rooms that may. */
export interface Fact {
  readonly pattern: RegExp;
  /** Paths that the rule is about. */
  readonly within: RegExp;
  /** Files, or folders that end in a slash, that may know it. */
  readonly rooms: readonly string[];
}

/** What is known in one place each, and what a file elsewhere is told. */
export const FACTS: Readonly<Record<string, Fact>> = {
  "how much can be bound is for gpu/binding/ to know": {
    pattern: /\b(maxStorageBufferBindingSize|minStorageBufferOffsetAlignment|tuning\.mostBound)\b/,
    within: /^(gpu|loss|model)\//,
    rooms: [
      "gpu/binding/",
      "gpu/adapter.ts",
      "gpu/tuning.ts",
    ],
  },
  "which of two ways an operator goes is for gpu/tuning.ts to choose": {
    pattern: /\.software\b/,
    within: /^(gpu|loss|model)\//,
    rooms: ["gpu/tuning.ts"],
  },
  "what computes runs on any host of WebGPU, without Deno": {
    pattern: /\bDeno\b/,
    within:
      /^(gpu|loss|model\/(layers|backbone|occupancy\/(\w+\/)?(network|anchor|legacy_grid)))\//,
    rooms: [],
  },
  "readers of scenes, pictures and splats find files behind data/files/door.ts": {
    pattern: /\bDeno\.(read|open|stat|lstat)\w*/,
    within: /^data\/(scenes|pictures|splats|cameras|formats\/(colmap|zip|ply|numpy))/,
    // A decoder's own wasm.
    rooms: ["data/pictures/webp.ts"],
  },
  "the innermost scope is for gpu/ to know, what outlives it is made by gpu.lasting": {
    pattern: /\bcurrentScope\b/,
    within: /^(gpu|loss|model)\//,
    rooms: ["gpu/scope.ts", "gpu/device.ts", "gpu/tensor.ts"],
  },
  "who shares a storage is for gpu/tensor.ts to count": {
    pattern: /\.refs\s*(\+\+|--|\+=|-=)/,
    within: /^(gpu|loss|model)\//,
    rooms: ["gpu/tensor.ts", "gpu/pool/pool.ts"],
  },
  "a run takes its lock in model/run/run_folder.ts": {
    pattern: /\bFolderLock\b/,
    within: /^(cli|data|model)\//,
    rooms: ["model/run/run_folder.ts", "data/files/folder_lock.ts"],
  },
  "what a strategy for splats does is for its folder and the table to know": {
    pattern: /\b(McmcControl|DensityControl)\b|\bstrategy\s*[!=]==/,
    within: /^(cli|model)\//,
    rooms: ["model/splat/strategies/"],
  },
  "gpu/ knows no model and no set of pictures": {
    pattern: /\w*(gaussian_?former|super_?occ|nuscenes|imagenet|legacy)\w*|\banchors?\b/i,
    within: /^gpu\//,
    rooms: [],
  },
  "Gaussians are aggregated into voxels, splats are drawn": {
    pattern: /\w*splat\w*/i,
    within: /^gpu\/ops\/gaussian\/(aggregate|superquadric|boxes|points)\//,
    rooms: [],
  },
  "nothing is decided by the words of a message": {
    pattern: /\bmessage\s*(\.(includes|startsWith|endsWith|match)\(|[!=]==)/,
    within: /^(cli|data|gpu|loss|model)\//,
    // "Cannot read" begins what names its file already.
    rooms: ["data/formats/unreadable.ts"],
  },
  "sizes of checkShapes go by the axes' names": {
    pattern: /\bcheckShapes\([^;]*\) as\b/,
    within: /^(gpu|loss|model)\//,
    rooms: [],
  },
  "another adapter is asked for at opening, by limits and tuning; nothing of a device is overwritten":
    {
      pattern: /\.(limits|name|has|tuning)\b(\s+as\s*\{|(\.\w+)+\s*=[^=>])/,
      within: /^(tests|bench)\//,
      rooms: [],
    },
};

/** Operators that hold a scope while they wait: others' tensors would be released at its end. */
export function checkScopes(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    if (!/^(gpu|loss)\/.*\.ts$/.test(path)) continue;
    const code = readCode(text).text;
    for (const { index } of code.matchAll(/\busing\s+\w+\s*=[^;]*\.scope\(\)/g)) {
      let depth = 0;
      let end = index;
      while (end < code.length && depth >= 0) {
        depth += Number(code[end] === "{") - Number(code[end] === "}");
        end++;
      }
      if (/\bawait\b/.test(code.slice(index, end))) {
        wrong.push(`${path}: a scope is held across an await`);
      }
    }
  }
  return wrong;
}

/** Files that speak of a fact outside its rooms. */
export function checkRooms(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    if (!path.endsWith(".ts")) continue;
    const facts = Object.entries(FACTS).filter(([, { within, rooms }]) =>
      within.test(path) &&
      !rooms.some((room) => room.endsWith("/") ? path.startsWith(room) : path === room)
    );
    if (!facts.length) continue;
    const code = readCode(text);
    for (const [what, { pattern }] of facts) {
      const found = code.text.match(pattern)?.[0];
      if (found !== undefined) wrong.push(`${path}: "${found.trim()}", but ${what}`);
    }
  }
  return wrong;
}
