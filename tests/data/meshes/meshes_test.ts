import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readGlb } from "../../../data/formats/glb.ts";
import { type PlyList, readPly } from "../../../data/formats/ply.ts";
import { type Mesh, meshNormals } from "../../../data/meshes/mesh.ts";
import { withoutSmallParts } from "../../../data/meshes/mesh_parts.ts";
import { type DistanceGrid, surfaceNets } from "../../../data/meshes/surface_nets.ts";
import { writeMesh } from "../../../data/meshes/write_mesh.ts";

/** Distances from balls [x, y, z, radius] in a box from -1 to 1. */
function ballGrid(side: number, balls: readonly number[][]): DistanceGrid {
  const voxelSize = 2 / side;
  const distances = new Float32Array(side ** 3);
  const colours = new Uint8Array(3 * side ** 3);
  for (let i = 0; i < distances.length; i++) {
    const p = [i % side, Math.floor(i / side) % side, Math.floor(i / side / side)]
      .map((cell) => (cell + 0.5) * voxelSize - 1);
    distances[i] = Math.min(
      ...balls.map((ball) => Math.hypot(...p.map((v, k) => v - ball[k]!)) - ball[3]!),
    );
    colours.set([200, 100, p[0]! > 0 ? 50 : 0], 3 * i);
  }
  return { dims: [side, side, side], origin: [-1, -1, -1], voxelSize, distances, colours };
}

/** Six times the volume within a closed mesh; negative where triangles face inwards. */
function volume({ positions, indices }: Mesh): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) =>
      positions.subarray(3 * indices[i + k]!, 3 * indices[i + k]! + 3)
    );
    for (let k = 0; k < 3; k++) {
      const [m, n] = [(k + 1) % 3, (k + 2) % 3];
      sum += a![k]! * (b![m]! * c![n]! - b![n]! * c![m]!);
    }
  }
  return sum / 6;
}

Deno.test("surface nets of a ball: closed, facing outwards, where it is", () => {
  const mesh = surfaceNets(ballGrid(24, [[0.05, -0.1, 0.02, 0.6]]));
  const vertices = mesh.positions.length / 3;
  for (let i = 0; i < vertices; i++) {
    const away = [0.05, -0.1, 0.02].map((v, k) => mesh.positions[3 * i + k]! - v);
    assertAlmostEquals(Math.hypot(...away), 0.6, 0.01);
  }
  // Each edge of a closed surface is that of two triangles, once in each direction.
  const edges = new Set<string>();
  for (let i = 0; i < mesh.indices.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      edges.add(`${mesh.indices[i + k]},${mesh.indices[i + (k + 1) % 3]}`);
    }
  }
  assertEquals(edges.size, mesh.indices.length);
  for (const edge of edges) assert(edges.has(edge.split(",").reverse().join()), edge);
  assertAlmostEquals(volume(mesh), 4 / 3 * Math.PI * 0.6 ** 3, 0.02);
  const normals = meshNormals(mesh);
  const away = [0.05, -0.1, 0.02].map((v, k) => (mesh.positions[k]! - v) / 0.6);
  assert(away.reduce((sum, v, k) => sum + v * normals[k]!, 0) > 0.95);
  assertEquals([...mesh.colours.subarray(0, 2)], [200, 100]);
});

Deno.test("surface nets leave out what is unknown, and may be empty", () => {
  const grid = ballGrid(12, [[0, 0, 0, 0.6]]);
  const whole = surfaceNets(grid).indices.length;
  const half = grid.distances.map((value, i) => i % 12 < 6 ? value : NaN);
  const cut = surfaceNets({ ...grid, distances: half });
  assert(cut.indices.length > 0 && cut.indices.length < 0.6 * whole);
  assert(cut.positions.every((value, i) => i % 3 > 0 || value < 0));
  assertEquals(
    surfaceNets({ ...grid, distances: grid.distances.map(() => NaN) }).indices.length,
    0,
  );
});

Deno.test("small parts are left out with their vertices", () => {
  const mesh = surfaceNets(ballGrid(30, [[-0.3, 0, 0, 0.5], [0.7, 0.7, 0.7, 0.12]]));
  const { mesh: cleaned, parts, dropped } = withoutSmallParts(mesh, 0.2);
  assertEquals([parts, dropped], [2, 1]);
  assert(cleaned.positions.every((value) => value < 0.6));
  assertEquals(Math.max(...cleaned.indices) + 1, cleaned.positions.length / 3);
  assertEquals(withoutSmallParts(mesh, 0).mesh.indices.length, mesh.indices.length);
});

Deno.test("meshes are written as PLY in their frame, as GLB in glTF's", () => {
  const mesh = surfaceNets(ballGrid(10, [[0.2, -0.3, 0.1, 0.4]]));
  const folder = Deno.makeTempDirSync();
  try {
    writeMesh(`${folder}/a.ply`, mesh);
    const { elements } = readPly(`${folder}/a.ply`);
    const vertex = elements.get("vertex")!.properties;
    assertEquals(vertex.get("y"), mesh.positions.filter((_, i) => i % 3 === 1));
    assertEquals(vertex.get("red"), mesh.colours.filter((_, i) => i % 3 === 0));
    const faces = elements.get("face")!.properties.get("vertex_indices") as PlyList;
    assertEquals([...faces.values], [...mesh.indices]);
    writeMesh(`${folder}/A.GLB`, mesh);
    const { json } = readGlb(Deno.readFileSync(`${folder}/A.GLB`));
    const { min, max, count } = json.accessors[json.meshes[0].primitives[0].attributes.POSITION];
    assertEquals(count, mesh.positions.length / 3);
    [-0.2, 0.3, 0.1].forEach((v, k) => assertAlmostEquals((min[k] + max[k]) / 2, v, 0.03));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
