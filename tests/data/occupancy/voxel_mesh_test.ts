import { assert, assertEquals } from "@std/assert";
import validator from "gltf-validator";
import { encodeGlb } from "../../../data/formats/glb.ts";
import { encodePly, readPly } from "../../../data/formats/ply.ts";
import { type LabelledVoxels, voxelMeshes } from "../../../data/occupancy/voxel_mesh.ts";
import { voxelPly } from "../../../data/occupancy/voxel_ply.ts";
import { noise } from "../../noise.ts";

const SCENE = {
  origin: [-1, 2, 3],
  cell: 0.5,
  palette: [[1, 2, 3], [40, 50, 60]],
  names: ["first", "second"],
} as const;

function scene(dims: readonly [number, number, number], labels: ArrayLike<number>): LabelledVoxels {
  return { ...SCENE, dims, labels };
}

Deno.test("one voxel is a cube with outward faces in the frame of glTF", () => {
  const [mesh, ...others] = voxelMeshes(scene([1, 1, 1], [1]));
  assertEquals([mesh!.name, others.length], ["second", 0]);
  const { positions, normals, indices } = mesh!;
  assertEquals([positions.length / 3, indices.length / 3], [24, 12]);
  const along = (axis: number) => positions.filter((_, i) => i % 3 === axis);
  assertEquals([0, 1, 2].map((axis) => [Math.min(...along(axis)), Math.max(...along(axis))]), [
    [-1, -0.5],
    [3, 3.5], // z is up there
    [-2.5, -2],
  ]);
  const vertex = (i: number) => [...positions.subarray(3 * i, 3 * i + 3)];
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => vertex(indices[t + k]!)) as [
      number[],
      number[],
      number[],
    ];
    const [p, q] = [b.map((value, k) => value - a[k]!), c.map((value, k) => value - a[k]!)];
    const cross = [0, 1, 2].map((k) =>
      p[(k + 1) % 3]! * q[(k + 2) % 3]! - p[(k + 2) % 3]! * q[(k + 1) % 3]!
    );
    const normal = normals.subarray(3 * indices[t]!, 3 * indices[t]! + 3);
    assertEquals(cross.map((value) => Math.sign(Math.round(1e6 * value))), [...normal]);
    const middle = [-0.75, 3.25, -2.25];
    assert([0, 1, 2].reduce((sum, k) => sum + (a[k]! - middle[k]!) * normal[k]!, 0) > 0);
  }
});

Deno.test("faces of one class are merged, faces between voxels left out", () => {
  const count = (dims: readonly [number, number, number], labels: number[]) =>
    voxelMeshes(scene(dims, labels)).map(({ indices }) => indices.length / 6);
  assertEquals(count([2, 3, 4], new Array(24).fill(0)), [6]);
  assertEquals(count([2, 1, 1], [0, 1]), [5, 5]);
  assertEquals(count([3, 1, 1], [0, 2, 0]), [12]);
  assertEquals(count([2, 2, 1], [2, 2, 2, 2]), []);
});

Deno.test("the faces' area is that of the voxels' visible sides, and the file is valid", async () => {
  const dims = [5, 6, 7] as const;
  const labels = Array.from(noise(3, 210, 0, 3), Math.floor);
  const at = (x: number, y: number, z: number) =>
    x >= 0 && y >= 0 && z >= 0 && x < 5 && y < 6 && z < 7 ? labels[(x * 6 + y) * 7 + z]! : 9;
  let sides = 0;
  for (let x = 0; x < 5; x++) {
    for (let y = 0; y < 6; y++) {
      for (let z = 0; z < 7; z++) {
        if (at(x, y, z) > 1) continue;
        const around = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];
        sides += around.filter(([i, j, k]) => at(x + i!, y + j!, z + k!) > 1).length;
      }
    }
  }
  const meshes = voxelMeshes(scene(dims, labels));
  let area = 0;
  for (const { positions } of meshes) {
    for (let i = 0; i < positions.length; i += 12) {
      // Opposite corners are apart along two axes.
      const apart = [0, 1, 2].map((k) => Math.abs(positions[i + 6 + k]! - positions[i + k]!));
      area += apart.filter((value) => value > 0).reduce((a, b) => a * b);
    }
  }
  assertEquals(Math.round(area / SCENE.cell ** 2), sides);
  const { issues } = await validator.validateBytes(encodeGlb(meshes));
  assertEquals(issues.messages, []);
});

Deno.test("a voxel PLY has centres, colours and classes", () => {
  const ply = readPly(encodePly(voxelPly(scene([2, 1, 2], [2, 1, 0, 17]))));
  const { count, properties } = ply.elements.get("vertex")!;
  assertEquals(count, 2);
  const column = (name: string) => [...properties.get(name) as Float32Array];
  assertEquals([column("x"), column("y"), column("z")], [[-0.75, -0.25], [2.25, 2.25], [
    3.75,
    3.25,
  ]]);
  assertEquals([column("red"), column("blue"), column("label")], [[40, 1], [60, 3], [1, 0]]);
});
