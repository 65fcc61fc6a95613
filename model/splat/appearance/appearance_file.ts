import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { isFile } from "../../../data/files/path_kind.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { readSafetensors, writeSafetensors } from "../../../data/formats/safetensors.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { PythonFloat, pythonJson } from "../scene/python_json.ts";
import type { SavedAppearance } from "./appearance.ts";
import { IDENTITY } from "./exposure/exposure.ts";

/** Exposures by the picture's name, three rows of four numbers, as the reference keeps them. */
const EXPOSURES = "exposure.json";
/** All that was learned, and the same to be read by people. */
const ARRAYS = "appearance.safetensors";
const TABLES = "appearance.json";
const KEY = "voxsplat";
/** Tables of more numbers are of no use to people. */
const MOST_READABLE = 64;

/** Leaves an appearance in the folder of a model; the reference's file of exposures is always there. */
export function writeAppearance(folder: string, appearance: SavedAppearance): void {
  const { name, views, arrays, ...about } = appearance;
  const exposures = (arrays.exposures?.data ?? null) as Float32Array | null;
  const rows = views.map((view, i) => [view, matrixOf(exposures, i)] as const);
  const text = pythonJson(Object.fromEntries(rows), 2);
  writeAtomically(join(folder, EXPOSURES), new TextEncoder().encode(text));
  if (name === "none" || name === "exposure") return;
  const metadata = { [KEY]: JSON.stringify({ name, views, ...about }) };
  writeSafetensors(join(folder, ARRAYS), Object.entries(arrays), metadata, { checksums: true });
  const readable = Object.entries(arrays).flatMap(([key, { shape, data }]) => {
    const width = data.length / shape[0]!;
    if (width > MOST_READABLE || key.includes("controllers")) return [];
    const values = shape[0] === views.length
      ? Object.fromEntries(views.map((view, i) => [view, rowOf(data as Float32Array, i, width)]))
      : Array.from({ length: shape[0]! }, (_, i) => rowOf(data as Float32Array, i, width));
    return [[key.replace(/^appearance\./, ""), values] as const];
  });
  writeJson(join(folder, TABLES), { appearance: name, ...Object.fromEntries(readable) });
}

/** Reads what `writeAppearance` left, or the exposures of the reference; null where there is neither. */
export function readAppearance(folder: string): { file: string; saved: SavedAppearance } | null {
  const file = join(folder, ARRAYS);
  if (!isFile(file)) return readExposures(folder);
  const { tensors, metadata } = readSafetensors(file);
  try {
    const about = JSON.parse(metadata[KEY]!);
    if (!Array.isArray(about.views)) throw new TypeError('"views" is no list');
    return { file, saved: { ...about, arrays: Object.fromEntries(tensors) } };
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": it is no appearance of a model`, { cause });
  }
}

function readExposures(folder: string): { file: string; saved: SavedAppearance } | null {
  const file = join(folder, EXPOSURES);
  if (!isFile(file)) return null;
  let table: Record<string, number[][]>;
  try {
    table = JSON.parse(Deno.readTextFileSync(file));
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": it is no JSON`, { cause });
  }
  const views = Object.keys(table);
  const data = Float32Array.from(Object.values(table).flat(2));
  if (data.length !== 12 * views.length) {
    throw new SyntaxError(`Cannot read "${file}": three rows of four numbers a picture are needed`);
  }
  const exposures: NdArray = { dtype: "float32", shape: [views.length, 3, 4], data };
  return {
    file,
    saved: {
      name: "exposure",
      settings: { ppisp_controller: false, iterations: 1 },
      steps: 0,
      views,
      cameras: 1,
      arrays: { exposures },
    },
  };
}

function matrixOf(exposures: Float32Array | null, row: number): PythonFloat[][] {
  const values = exposures?.subarray(12 * row, 12 * row + 12) ?? IDENTITY;
  return [0, 4, 8].map((at) => [0, 1, 2, 3].map((column) => new PythonFloat(values[at + column]!)));
}

function rowOf(data: Float32Array, row: number, width: number): number | number[] {
  const values = data.subarray(row * width, (row + 1) * width);
  return width === 1 ? values[0]! : Array.from({ length: width }, (_, i) => values[i]!);
}
