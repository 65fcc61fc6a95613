import { readCode, type SourceFile } from "./source.ts";

// Where a set of labelled key frames may be read, learned, measured or drawn: there its facts come from
// its task record. What belongs to one set stands in its folder under data/.
const GENERAL =
  /^(data\/(occupancy\/|[a-z_]+\.ts)|loss\/|gpu\/ops\/(camera|gaussian)\/|model\/(occupancy|operators|run)\/|cli\/(commands\/[a-z_]+\.ts|[a-z_]+\.ts))/;

// Each is one set's published measure; degrees of hue; bytes that tell a file's kind; channels 1, 5, 9, 13
// and 17 that vectors of an aggregation begin with.
const ALLOWED =
  /^(model\/operators\/metrics\/|loss\/metrics\/|data\/occupancy\/photometric\.ts|data\/inspect\.ts|model\/occupancy\/gaussianformer\/config\/original\/pictures\.ts|gpu\/ops\/gaussian\/(aggregate|superquadric)\/(aggregate|superquadric)_(grid|points)\.wgsl)/;

const FACTS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(?<![\w.]|<< ?)1[78]u?(?![\w.])/, "the number of nuScenes' classes or its empty one"],
  [/\b200\s*,\s*200\s*,\s*16\b|\b640_?000\b/, "nuScenes' grid"],
  [
    /\bcameras?\w*\W{1,5}6\b(?!\.)|(?<![\w.])6\W{1,4}cameras?\b/i,
    "the number of nuScenes' cameras",
  ],
  [/\bCAM_[A-Z]+/, "a camera of nuScenes"],
];

/** Literals that only one set's folder may hold. */
export function checkDatasetFacts(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /\.(ts|wgsl)$/.test(path) && GENERAL.test(path) && !ALLOWED.test(path))
    .flatMap(({ path, text }) => {
      const { text: code, strings } = path.endsWith(".ts")
        ? readCode(text)
        : { text: text.replace(/\/\/.*$/gm, ""), strings: [] };
      const searched = [code, ...strings].map((part) => part.replaceAll(/§\d+§/g, ""));
      return FACTS.flatMap(([pattern, what]) => {
        const found = searched.map((part) => part.match(pattern)?.[0]).find(Boolean);
        return found ? [`${path}: "${found}" is ${what}, take it from the task record`] : [];
      });
    });
}
