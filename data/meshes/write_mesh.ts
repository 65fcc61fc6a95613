import { writeAtomically } from "../files/atomic_file.ts";
import { encodeGlb } from "../formats/glb.ts";
import { type Ply, type PlyNumbers, writePly } from "../formats/ply.ts";
import { type Mesh, meshNormals } from "./mesh.ts";

/** Endings of the kinds of files that meshes are written to. */
export const MESH_ENDINGS: readonly string[] = [".glb", ".ply"];

/**
 * Writes a mesh in the frame of 3DGS files (x right, y down, z forward): PLY as it is, GLB turned into glTF's,
 * as trained Gaussians are.
 */
export function writeMesh(path: string, mesh: Mesh): void {
  if (path.toLowerCase().endsWith(".ply")) writePly(path, meshPly(mesh));
  else writeAtomically(path, meshGlb(mesh));
}

function meshPly(mesh: Mesh): Ply {
  const { positions, colours, indices } = mesh;
  const count = positions.length / 3;
  const normals = meshNormals(mesh);
  const column = <T extends PlyNumbers>(made: T, from: ArrayLike<number>, k: number): T => {
    for (let i = 0; i < count; i++) made[i] = from[3 * i + k]!;
    return made;
  };
  const floats = (names: string, from: Float32Array) =>
    names.split(" ").map((name, k) => [name, column(new Float32Array(count), from, k)] as const);
  const bytes = ["red", "green", "blue"].map((name, k) =>
    [name, column(new Uint8Array(count), colours, k)] as const
  );
  const faces = indices.length / 3;
  const lists = {
    countType: "uint8",
    offsets: Uint32Array.from({ length: faces + 1 }, (_, i) => 3 * i),
    values: Int32Array.from(indices),
  } as const;
  return {
    comments: ["a mesh of trained Gaussians, in their frame"],
    elements: new Map([
      ["vertex", {
        count,
        properties: new Map<string, PlyNumbers>([
          ...floats("x y z", positions),
          ...floats("nx ny nz", normals),
          ...bytes,
        ]),
      }],
      ["face", { count: faces, properties: new Map([["vertex_indices", lists]]) }],
    ]),
  };
}

function meshGlb(mesh: Mesh): Uint8Array {
  const { positions, colours, indices } = mesh;
  const vertices = positions.length / 3;
  // Half a turn about z, which keeps triangles' sides.
  const turned = (from: Float32Array) => from.map((value, i) => i % 3 === 2 ? value : -value);
  const rgba = new Uint8Array(4 * vertices).fill(255);
  for (let i = 0; i < colours.length; i++) rgba[4 * Math.floor(i / 3) + i % 3] = colours[i]!;
  return encodeGlb([{
    name: "surface",
    positions: turned(positions),
    normals: turned(meshNormals(mesh)),
    colours: rgba,
    indices,
  }]);
}
