import type { SceneView } from "./scene_view.ts";

/** Points to start from. */
export interface PointCloud {
  /** [n, 3] in the world. */
  readonly positions: Float32Array;
  /** [n, 3] red, green, blue. */
  readonly colours: Uint8Array;
  /** The PLY file that they were read from, as it is. */
  readonly file?: string;
}

/** A scene of posed pictures. */
export interface Scene {
  /** How its cameras are written. */
  readonly kind: "colmap" | "blender" | "transforms";
  /** Absolute folder. */
  readonly folder: string;
  /** Views to train on, in the order that the reference has before it shuffles them. */
  readonly train: readonly SceneView[];
  /** Views that are held out. */
  readonly test: readonly SceneView[];
  /** Null where the scene brings none. */
  readonly points: PointCloud | null;
  /** Why there are no points, as the start of a sentence; "" where there are. */
  readonly withoutPoints: string;
  /** What was assumed or done otherwise than one may think, a line each. */
  readonly remarks: readonly string[];
  /** What was left out, counted, a line each. */
  readonly lost: readonly string[];
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
  /** Whether cameras look straight ahead where their files say, or at the middle of their pictures. */
  readonly principalPoint?: "use" | "centre";
  /**
   * Whether cameras look through their lenses or pictures are straightened; unless given, those of COLMAP and
   * fisheyes are looked through, others of transforms.json are straightened, as nerfstudio does.
   */
  readonly lenses?: "auto" | "native" | "undistort";
  /** Whether pixels that masks are dark at do not count, all count, or the bright ones do not. */
  readonly masks?: "use" | "ignore" | "inverted";
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
