import {
  determinant3,
  IDENTITY3,
  type Matrix3,
  matrixOfQuaternion,
  multiply3,
  type Quaternion,
} from "../../geometry/matrix3.ts";
import type { Placement } from "../turn/place_splats.ts";
import type { GltfDocument } from "./gltf_document.ts";

/** A mesh in its place in the scene. */
export interface PlacedMesh {
  readonly mesh: number;
  readonly placement: Placement;
}

interface Affine {
  readonly linear: Matrix3;
  readonly offset: readonly [number, number, number];
}

const DEEPEST = 256;
// Of lengths and angles of a node's axes, which come from f32.
const TOLERANCE = 1e-3;

/** The meshes of the file's scene, where its nodes put them; of a file without scenes those of all roots. */
export function placedMeshes(document: GltfDocument): PlacedMesh[] {
  const { scenes, scene = 0, nodes } = document.json ?? {};
  const found: PlacedMesh[] = [];
  const seen = new Set<number>();
  const visit = (index: number, parent: Affine, depth: number) => {
    // Nodes are a forest: one that is met twice would make a small file endless.
    if (seen.has(index) || depth > DEEPEST) document.fail(`node ${index} is part of itself`);
    seen.add(index);
    const node = document.entry("nodes", index);
    const here = compose(parent, affineOf(document, node, index));
    if (node.mesh !== undefined) {
      found.push({ mesh: node.mesh, placement: placementOf(document, here, index) });
    }
    for (const child of listOf(node.children)) visit(child, here, depth + 1);
  };
  const root: Affine = { linear: IDENTITY3, offset: [0, 0, 0] };
  const roots = Array.isArray(scenes) ? listOf(document.entry("scenes", scene).nodes) : (() => {
    const all = listOf(nodes);
    const children = new Set(
      all.flatMap((node) => listOf((node as Record<string, unknown>)?.children)),
    );
    return all.map((_, index) => index).filter((index) => !children.has(index));
  })();
  for (const index of roots) visit(index as number, root, 0);
  return found;
}

/** A list of the document, or an empty one where there is none. */
// deno-lint-ignore no-explicit-any
export function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

function affineOf(
  document: GltfDocument,
  node: Record<string, unknown>,
  index: number,
): Affine {
  const numbers = (name: string, length: number, otherwise: number[]): number[] => {
    const value = node[name] ?? otherwise;
    if (Array.isArray(value) && value.length === length && value.every(Number.isFinite)) {
      return value;
    }
    return document.fail(`"${name}" of node ${index} must be ${length} numbers`);
  };
  if (node.matrix !== undefined) {
    // Column by column.
    const m = numbers("matrix", 16, []);
    return {
      linear: [m[0]!, m[4]!, m[8]!, m[1]!, m[5]!, m[9]!, m[2]!, m[6]!, m[10]!],
      offset: [m[12]!, m[13]!, m[14]!],
    };
  }
  const [x, y, z, w] = numbers("rotation", 4, [0, 0, 0, 1]);
  const length = Math.hypot(x!, y!, z!, w!);
  if (!(length > 0)) document.fail(`"rotation" of node ${index} has length zero`);
  const rotation = matrixOfQuaternion(
    [w!, x!, y!, z!].map((value) => value / length) as unknown as Quaternion,
  );
  const [a, b, c] = numbers("scale", 3, [1, 1, 1]);
  const [u, v, t] = numbers("translation", 3, [0, 0, 0]);
  return {
    linear: multiply3(rotation, [a!, 0, 0, 0, b!, 0, 0, 0, c!]),
    offset: [u!, v!, t!],
  };
}

function compose(parent: Affine, { linear, offset }: Affine): Affine {
  const m = parent.linear;
  const [x, y, z] = offset;
  return {
    linear: multiply3(m, linear),
    offset: [0, 1, 2].map((row) =>
      m[3 * row]! * x + m[3 * row + 1]! * y + m[3 * row + 2]! * z + parent.offset[row]!
    ) as [number, number, number],
  };
}

/** A node's global matrix as rotation and scale; what mirrors or shears is no place for Gaussians. */
function placementOf(document: GltfDocument, { linear, offset }: Affine, index: number): Placement {
  const scale = [0, 1, 2].map((column) =>
    Math.hypot(linear[column]!, linear[3 + column]!, linear[6 + column]!)
  ) as [number, number, number];
  const rotation = linear.map((value, at) => value / scale[at % 3]!) as unknown as Matrix3;
  const even = Math.max(...scale) - Math.min(...scale) <= 1e-6 * Math.max(...scale);
  if (!(Math.abs(determinant3(rotation) - 1) < TOLERANCE)) {
    document.fail(
      `node ${index} mirrors, shears or flattens its Gaussians, it must rotate and scale them`,
    );
  }
  return { rotation, scale: even ? [scale[0], scale[0], scale[0]] : scale, translation: offset };
}
