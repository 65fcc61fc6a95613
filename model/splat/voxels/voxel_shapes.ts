import { encodeGlb, type GlbMesh } from "../../../data/formats/glb.ts";
import type { Ply, PlyNumbers } from "../../../data/formats/ply.ts";
import { voxelMeshes } from "../../../data/occupancy/voxel_mesh.ts";
import type { SplatGrid } from "./voxel_range.ts";

/** Voxels of trained Gaussians that are occupied, in their colours; x slowest and z fastest. */
export interface ColouredVoxels extends SplatGrid {
  /** [X, Y, Z] 1 where a voxel is occupied. */
  readonly occupied: Uint8Array;
  /** [X, Y, Z, 3] RGB bytes. */
  readonly colours: Uint8Array;
}

// Faces of one colour are merged: so many steps of red, green and blue are told apart.
const STEPS = 32;
const NOTHING = STEPS ** 3;

/** A GLB of the voxels' outer faces as one mesh, y up: turned as trained Gaussians are for glTF. */
export function voxelGlb(
  { occupied, colours, dims, origin, voxelSize }: ColouredVoxels,
): Uint8Array {
  const step = (byte: number) => byte * STEPS >> 8;
  const byte = (of: number) => Math.round(of * 255 / (STEPS - 1));
  const labels = new Uint16Array(occupied.length).fill(NOTHING);
  const used = new Map<number, number>();
  for (let i = 0; i < occupied.length; i++) {
    if (!occupied[i]) continue;
    const [r, g, b] = [step(colours[3 * i]!), step(colours[3 * i + 1]!), step(colours[3 * i + 2]!)];
    const key = (r * STEPS + g) * STEPS + b;
    labels[i] = used.get(key) ?? used.set(key, used.size).size - 1;
  }
  const palette = [...used.keys()].map((key) =>
    [
      byte(Math.floor(key / STEPS ** 2)),
      byte(Math.floor(key / STEPS) % STEPS),
      byte(key % STEPS),
    ] as const
  );
  const meshes = voxelMeshes({ labels, dims, origin, cell: voxelSize, palette, names: [] });
  return encodeGlb([oneMesh(meshes)]);
}

/** The meshes of all colours as one, from x right, y up, z back of a frame with z up into that of glTF for splats. */
function oneMesh(meshes: readonly GlbMesh[]): GlbMesh {
  const joined = <T extends Float32Array | Uint8Array>(
    make: (length: number) => T,
    of: (mesh: GlbMesh) => T,
  ): T => {
    const all = make(meshes.reduce((sum, mesh) => sum + of(mesh).length, 0));
    let at = 0;
    for (const mesh of meshes) {
      all.set(of(mesh), at);
      at += of(mesh).length;
    }
    return all;
  };
  const floats = (length: number) => new Float32Array(length);
  const indices = new Uint32Array(meshes.reduce((sum, mesh) => sum + mesh.indices.length, 0));
  let [at, vertices] = [0, 0];
  for (const mesh of meshes) {
    for (const index of mesh.indices) indices[at++] = index + vertices;
    vertices += mesh.positions.length / 3;
  }
  return {
    name: "voxels",
    positions: turned(joined(floats, (mesh) => mesh.positions)),
    normals: turned(joined(floats, (mesh) => mesh.normals)),
    colours: joined((length) => new Uint8Array(length), (mesh) => mesh.colours),
    indices,
  };
}

/** `voxelMeshes` made (x, z, -y) of a splat's (x, y, z), of which glTF's is (-x, -y, z). */
function turned(from: Float32Array): Float32Array {
  const to = new Float32Array(from.length);
  for (let i = 0; i < from.length; i += 3) {
    to[i] = 0 - from[i]!;
    to[i + 1] = from[i + 2]!;
    to[i + 2] = from[i + 1]!;
  }
  return to;
}

/** The centres of the occupied voxels with their colours, in the frame of the Gaussians. */
export function voxelPoints({ occupied, colours, dims, origin, voxelSize }: ColouredVoxels): Ply {
  let count = 0;
  for (const one of occupied) count += one;
  const places = [0, 1, 2].map(() => new Float32Array(count));
  const bytes = [0, 1, 2].map(() => new Uint8Array(count));
  let at = 0;
  for (let i = 0; i < occupied.length; i++) {
    if (!occupied[i]) continue;
    const z = i % dims[2];
    const y = Math.floor(i / dims[2]) % dims[1];
    const x = Math.floor(i / (dims[1] * dims[2]));
    [x, y, z].forEach((cell, k) => {
      places[k]![at] = origin[k]! + voxelSize * (cell + 0.5);
      bytes[k]![at] = colours[3 * i + k]!;
    });
    at++;
  }
  const properties = new Map<string, PlyNumbers>([
    ...["x", "y", "z"].map((name, k) => [name, places[k]!] as const),
    ...["red", "green", "blue"].map((name, k) => [name, bytes[k]!] as const),
  ]);
  return {
    comments: [`occupied voxels with edges of ${voxelSize}, in the frame of the Gaussians`],
    elements: new Map([["vertex", { count, properties }]]),
  };
}
