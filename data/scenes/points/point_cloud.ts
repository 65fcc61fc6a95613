import { encodePly, readPly } from "../../formats/ply.ts";
import type { PointCloud } from "../scene.ts";

/** Farther than this, squares of distances leave the range of 32-bit floats within a few steps. */
const FARTHEST = 1e15;

/** Reads positions and colours of a PLY file; points without colour are grey. */
export function readPointCloud(path: string): PointCloud {
  const vertex = readPly(path).elements.get("vertex");
  const column = (name: string) => vertex?.properties.get(name) as ArrayLike<number> | undefined;
  const axes = ["x", "y", "z"].map(column);
  if (!vertex || axes.some((axis) => axis?.length !== vertex.count)) {
    throw new SyntaxError(
      `Cannot read "${path}": it has no vertices with x, y and z, it must be a point cloud`,
    );
  }
  const { count } = vertex;
  const colours = ["red", "green", "blue"].map(column);
  const share = colours[0] instanceof Float32Array ? 255 : 1;
  const positions = new Float32Array(3 * count);
  const bytes = new Uint8Array(3 * count).fill(127);
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < count; i++) {
      positions[3 * i + k] = axes[k]![i]!;
      const colour = colours[k]?.[i];
      if (colour !== undefined) bytes[3 * i + k] = Math.min(255, Math.max(0, share * colour));
    }
  }
  return { positions, colours: bytes, file: path };
}

/** Points of a scene, or why there are none, and what was left out. */
export interface FoundPoints {
  readonly points: PointCloud | null;
  /** The start of a sentence; "" where there are points. */
  readonly without: string;
  readonly lost: readonly string[];
}

/** Drops and counts points that are not finite or absurdly far; no points at all are none. */
export function finitePoints(cloud: PointCloud, from: string): FoundPoints {
  const count = cloud.positions.length / 3;
  const isUsable = (i: number) =>
    [0, 1, 2].every((k) => Math.abs(cloud.positions[3 * i + k]!) <= FARTHEST);
  let kept = 0;
  for (let i = 0; i < count; i++) if (isUsable(i)) kept++;
  const lost = kept < count
    ? [
      `${
        count - kept
      } of ${count} points in "${from}" are not finite, or farther than ${FARTHEST}, and left out`,
    ]
    : [];
  if (!kept) return { points: null, without: `the points in "${from}" are none`, lost };
  if (!lost.length) return { points: cloud, without: "", lost };
  const [positions, colours] = [new Float32Array(3 * kept), new Uint8Array(3 * kept)];
  for (let i = 0, to = 0; i < count; i++) {
    if (!isUsable(i)) continue;
    positions.set(cloud.positions.subarray(3 * i, 3 * i + 3), to);
    colours.set(cloud.colours.subarray(3 * i, 3 * i + 3), to);
    to += 3;
  }
  return { points: { positions, colours }, without: "", lost };
}

/** The bytes of a point cloud as the reference stores it: positions, normals of 0, colours. */
export function encodePointCloud({ positions, colours }: PointCloud): Uint8Array {
  const count = positions.length / 3;
  const floats = (k: number) =>
    Float32Array.from({ length: count }, (_, i) => positions[3 * i + k]!);
  const bytes = (k: number) => Uint8Array.from({ length: count }, (_, i) => colours[3 * i + k]!);
  const zeros = new Float32Array(count);
  return encodePly({
    comments: [],
    elements: new Map([["vertex", {
      count,
      properties: new Map<string, Float32Array | Uint8Array>([
        ["x", floats(0)],
        ["y", floats(1)],
        ["z", floats(2)],
        ["nx", zeros],
        ["ny", zeros],
        ["nz", zeros],
        ["red", bytes(0)],
        ["green", bytes(1)],
        ["blue", bytes(2)],
      ]),
    }]]),
  });
}
