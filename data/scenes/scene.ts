import type { SceneView } from "./scene_view.ts";
import { isFile } from "../files/path_kind.ts";

/** Points to start from. */
export interface PointCloud {
  /** [n, 3] in the world. */
  readonly positions: Float32Array;
  /** [n, 3] red, green, blue. */
  readonly colours: Uint8Array;
  /** The PLY file that they were read from. */
  readonly file?: string;
}

/** A scene of posed pictures. */
export interface Scene {
  readonly kind: "colmap" | "blender" | "transforms";
  /** Absolute folder. */
  readonly folder: string;
  /** Views to train on, in the order that the reference has before it shuffles them. */
  readonly train: readonly SceneView[];
  readonly test: readonly SceneView[];
  /** Null where the scene brings none. */
  readonly points: PointCloud | null;
  /** What was left out or assumed, a line each. */
  readonly remarks: readonly string[];
}

/** How to read a scene. */
export interface SceneOptions {
  /** Folder of pictures below the scene's, COLMAP only. */
  readonly images?: string;
  /** Folder of inverse depth below the scene's; "" for none. */
  readonly depths?: string;
  /** Hold views out for tests. */
  readonly eval?: boolean;
  /** Train on the left halves of the held-out views too. */
  readonly trainTestExp?: boolean;
}

/** Each so-manieth view is held out where the scene does not say which. */
export const HOLD = 8;

/** Sorts out what has a picture, and counts what has none. */
export class PictureCheck {
  #seen = 0;
  #absent: string[] = [];

  /** Those of `views` whose picture is there. */
  keep<V extends { readonly file: string }>(views: readonly V[]): V[] {
    this.#seen += views.length;
    return views.filter(({ file }) => {
      const present = isFile(file);
      if (!present) this.#absent.push(file);
      return present;
    });
  }

  /** One remark for all that are missing, or none. */
  remarks(): string[] {
    if (!this.#absent.length) return [];
    return [
      `${this.#absent.length} of ${this.#seen} pictures are missing and left out, the first is "${
        this.#absent[0]
      }"`,
    ];
  }
}

/** Orders by code points, as Python sorts strings. */
export function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference) return difference;
  }
  return left.length - right.length;
}
