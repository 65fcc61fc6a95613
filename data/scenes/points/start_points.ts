import { PhiloxStream } from "../../philox.ts";
import { SH_C0 } from "../../splats/activation.ts";
import { allocateSplats, type ShDegree, type Splats } from "../../splats/splats.ts";
import { meanSquaredDistances, type PointTree } from "./nearest_neighbours.ts";
import type { PointCloud, Scene } from "../scene.ts";
import { cameraCentre, camerasExtent } from "../scene_view.ts";

/** Opacity of a Gaussian at the start, as a logit: that of 0.1. */
const START_LOGIT = Math.log(0.1 / 0.9);
/** How many random points a scene gets that brings none, as in the reference. */
export const RANDOM_POINTS = 100_000;
/** Half the side of the cube that NeRF's synthetic scenes lie in. */
const BLENDER_HALF = 1.3;
/** Grey, as the reference's colours come out. */
const GREY = 127;
/** Least squared distance to the nearest others. */
const CLOSEST = 1e-7;

/** The points that a scene brings, or so many random ones where it brings none. */
export function startPoints(scene: Scene, seed: number, count = RANDOM_POINTS): PointCloud {
  if (scene.points) return scene.points;
  const { centre, half } = scene.kind === "blender"
    ? { centre: [0, 0, 0], half: BLENDER_HALF }
    : watched(scene);
  const stream = new PhiloxStream(seed, 0x73706c74);
  const positions = Float32Array.from(
    { length: 3 * count },
    (_, i) => centre[i % 3]! + stream.uniform(-half, half),
  );
  return { positions, colours: new Uint8Array(positions.length).fill(GREY) };
}

/**
 * Gaussians at points: as large as the distance to their neighbours, round, faint; `onPoints` is told of
 * how many points have found theirs, which is searched in `tree` where there is one of them.
 */
export function splatsAt(
  { positions, colours }: PointCloud,
  degree: ShDegree,
  { onPoints, tree }: {
    readonly onPoints?: (done: number, total: number) => void;
    readonly tree?: PointTree;
  } = {},
): Splats {
  return roundSplats(
    { positions, colours },
    degree,
    meanSquaredDistances(tree ?? positions, onPoints),
  );
}

/** Those at some places of the Gaussians that `splatsAt` makes; `tree` is of all points. */
export function someSplatsAt(
  { positions, colours }: PointCloud,
  degree: ShDegree,
  { indices, tree, onPoints }: {
    readonly indices: Uint32Array;
    readonly tree: PointTree;
    readonly onPoints?: (done: number, total: number) => void;
  },
): Splats {
  const some = {
    positions: new Float32Array(3 * indices.length),
    colours: new Uint8Array(3 * indices.length),
  };
  for (const [i, index] of indices.entries()) {
    some.positions.set(positions.subarray(3 * index, 3 * index + 3), 3 * i);
    some.colours.set(colours.subarray(3 * index, 3 * index + 3), 3 * i);
  }
  return roundSplats(some, degree, meanSquaredDistances(tree, onPoints, indices));
}

/** Round Gaussians at points whose mean squared distances to their neighbours are known. */
function roundSplats(
  { positions, colours }: PointCloud,
  degree: ShDegree,
  squares: Float32Array,
): Splats {
  const count = squares.length;
  const splats = allocateSplats(count, degree);
  splats.positions.set(positions);
  for (let i = 0; i < count; i++) {
    splats.logScales.fill(Math.log(Math.sqrt(Math.max(CLOSEST, squares[i]!))), 3 * i, 3 * i + 3);
    splats.quaternions[4 * i] = 1;
  }
  splats.opacities.fill(START_LOGIT);
  for (let i = 0; i < 3 * count; i++) {
    splats.shDc[i] = (Math.fround(colours[i]! / 255) - 0.5) / SH_C0;
  }
  return splats;
}

/**
 * A cube around what the cameras look at: the point nearest to all their axes, and as far around it as
 * the cameras are spread.
 */
function watched({ train }: Scene): { centre: number[]; half: number } {
  // Sum over cameras of (I - d d^T) x = (I - d d^T) c, solved by Cramer's rule.
  const a = new Float64Array(9);
  const b = new Float64Array(3);
  for (const view of train) {
    const c = cameraCentre(view);
    const d = view.rotation.slice(6, 9);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const entry = (i === j ? 1 : 0) - d[i]! * d[j]!;
        a[3 * i + j]! += entry;
        b[i]! += entry * c[j]!;
      }
    }
  }
  const determinant = (m: ArrayLike<number>) =>
    m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!) +
    m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!);
  const whole = determinant(a);
  const half = camerasExtent(train) || 1;
  // Cameras that all look the same way meet nowhere: the cube is then in front of them.
  if (whole < 1e-6 * train.length ** 3) {
    const centre = cameraCentre(train[0]!).map((value, k) =>
      value + half * train[0]!.rotation[6 + k]!
    );
    return { centre, half };
  }
  const centre = [0, 1, 2].map((k) => {
    const replaced = a.slice();
    for (let i = 0; i < 3; i++) replaced[3 * i + k] = b[i]!;
    return determinant(replaced) / whole;
  });
  return { centre, half };
}
