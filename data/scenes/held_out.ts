import { readText } from "../files/door.ts";
import { join } from "@std/path";
import { isFile } from "../files/path_kind.ts";
import type { SceneOptions } from "./scene.ts";
import type { SceneView } from "./scene_view.ts";

/** Each so-manieth view is held out where the scene does not say which. */
export const HOLD = 8;

/** Names of pictures that a scene wants trained on or held out. */
export interface SplitLists {
  /** Null where the scene does not say. */
  readonly train: readonly string[] | null;
  readonly test: readonly string[] | null;
  /** Where they stand. */
  readonly source: string;
}

/** Views to train on and held out, and what is to be said of it. */
export interface SplitViews {
  readonly train: readonly SceneView[];
  readonly test: readonly SceneView[];
  readonly remarks: readonly string[];
  readonly lost: readonly string[];
}

/** Lists in text files of a scene, a name a line: of the reference, of nerfstudio and others. */
export function listFiles(folders: readonly string[]): SplitLists | null {
  const read = (...names: string[]) => {
    const file = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isFile);
    if (!file) return null;
    const lines = readText(file).split(/\r?\n/).map((line) => line.trim());
    return { file, names: lines.filter((line) => line !== "" && !line.startsWith("#")) };
  };
  const train = read("train_list.txt", "train.txt");
  const test = read("test_list.txt", "test.txt");
  if (!train && !test) return null;
  return {
    train: train && train.names,
    test: test && test.names,
    source: [train, test].filter((list) => list !== null).map(({ file }) => `"${file}"`).join(
      " and ",
    ),
  };
}

/**
 * Holds views out, where that is asked for: those of the lists, else each eighth; views in none of two lists
 * are left out.
 */
export function splitViews(
  views: readonly SceneView[],
  lists: SplitLists | null,
  { eval: holdsOut = false, trainTestExp = false }: SceneOptions,
): SplitViews {
  const remarks: string[] = [];
  const lost: string[] = [];
  if (!holdsOut) {
    if (lists) remarks.push(`the lists in ${lists.source} are used with --eval only`);
    return { train: views, test: [], remarks, lost };
  }
  const [inTrain, inTest] = [lists?.train, lists?.test].map((names) => names && chooser(names));
  const isTest = (view: SceneView, i: number) =>
    inTest ? inTest.has(view) : inTrain ? !inTrain.has(view) : i % HOLD === 0;
  const isTrain = (view: SceneView, test: boolean) => !test && (!inTrain || inTrain.has(view));
  const marked = views.map((view, i) => ({ ...view, test: isTest(view, i) }));
  const used = marked.filter((view) => view.test || isTrain(view, view.test));
  const test = used.filter((view) => view.test);
  if (lists) {
    remarks.push(`${test.length} views are held out by ${lists.source}`);
    const unused = marked.length - used.length;
    if (unused) lost.push(`${unused} of ${marked.length} views are in no list of ${lists.source}`);
    const unknown = [inTrain, inTest].reduce((sum, list) => sum + (list ? list.unknown() : 0), 0);
    if (unknown) lost.push(`${unknown} names in ${lists.source} are those of no view`);
  }
  return { train: trainTestExp ? used : used.filter((view) => !view.test), test, remarks, lost };
}

/** Tells whether a view is in a list, whose names may be longer or shorter than the view's by folders. */
function chooser(names: readonly string[]) {
  const listed = new Map(names.map((name) => [keyOf(name), false]));
  const tailOf = new Map(
    [...listed.keys()].flatMap((key) => tails(key).map((tail) => [tail, key])),
  );
  return {
    has: ({ name, file }: SceneView): boolean => {
      const key = keyOf(name);
      const found = listed.has(keyOf(file))
        ? keyOf(file)
        : tails(key).find((tail) => listed.has(tail)) ?? tailOf.get(key) ??
          tails(keyOf(file)).find((tail) => listed.has(tail));
      if (found === undefined) return false;
      listed.set(found, true);
      return true;
    },
    unknown: () => [...listed.values()].filter((seen) => !seen).length,
  };
}

/** A name without its ending, in small letters. */
function keyOf(name: string): string {
  return name.replaceAll("\\", "/").replace(/^(\.\/)+/, "").replace(/\.[A-Za-z]{3,4}$/, "")
    .toLowerCase();
}

function tails(key: string): string[] {
  const parts = key.split("/");
  return parts.map((_, i) => parts.slice(i).join("/"));
}
