import type { Ply, PlyNumbers } from "../formats/ply.ts";
import type { LabelledVoxels } from "./voxel_mesh.ts";

/**
 * The centres of all voxels that are not empty, with colour and class, as a PLY point cloud in the
 * frame of the voxels (x right, y forward, z up); a comment tells the edge of a voxel.
 */
export function voxelPly({ labels, dims, origin, cell, palette }: LabelledVoxels): Ply {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i]! < palette.length) count++;
  const places = [0, 1, 2].map(() => new Float32Array(count));
  const colours = [0, 1, 2].map(() => new Uint8Array(count));
  const classes = new Uint8Array(count);
  let at = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label >= palette.length) continue;
    const voxel = [
      Math.floor(i / (dims[1] * dims[2])),
      Math.floor(i / dims[2]) % dims[1],
      i % dims[2],
    ];
    for (let k = 0; k < 3; k++) {
      places[k]![at] = origin[k]! + cell * (voxel[k]! + 0.5);
      colours[k]![at] = palette[label]![k]!;
    }
    classes[at++] = label;
  }
  const properties = new Map<string, PlyNumbers>([
    ...(["x", "y", "z"] as const).map((name, k) => [name, places[k]!] as const),
    ...(["red", "green", "blue"] as const).map((name, k) => [name, colours[k]!] as const),
    ["label", classes],
  ]);
  return {
    comments: [`voxels with edges of ${cell} m, x right, y forward, z up`],
    elements: new Map([["vertex", { count, properties }]]),
  };
}
