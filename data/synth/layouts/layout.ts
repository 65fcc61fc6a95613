import { join } from "@std/path";
import type { Split } from "../../occupancy/dataset.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import type { Moment } from "../moment.ts";

/** Where the files of made-up key frames go, and in what form. */
export interface Layout {
  /** The picture's size where none is asked for. */
  readonly imageSize: [number, number];
  /** A name in a folder that was not made here, and would be lost or mixed with what is; else nothing. */
  readonly foreign: (dir: string) => string | undefined;
  /** Writes the files of a key frame and returns what the index says of it. */
  readonly writeFrame: (dir: string, moment: Moment, place: Place) => Promise<KeyFrame>;
  /** Writes the index; last, so that an interrupted run leaves none to files that it lacks. */
  readonly finish: (
    dir: string,
    splits: Splits,
    options: { readonly tables: boolean; readonly imageSize: readonly [number, number] },
  ) => Promise<void> | void;
}

/** Where in a set a key frame's scene is. */
export interface Place {
  readonly split: Split;
  /** Of the scene in that part, from 0. */
  readonly scene: number;
  readonly framesPerScene: number;
  /** Whether a set's own tables of annotations are wanted, where it has some. */
  readonly tables: boolean;
}

/** The key frames by part of the set. */
export type Splits = Readonly<Record<Split, readonly KeyFrame[]>>;

/** Writes a file into a folder, which is made where it is not there. */
export async function writeInto(folder: string, name: string, content: Uint8Array): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, name), content);
}
