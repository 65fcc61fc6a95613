import type { Mesh } from "./mesh.ts";

/** What is left of a mesh, and how many of its parts were left out. */
export interface Cleaned {
  /** What is left. */
  readonly mesh: Mesh;
  /** Parts that hang together. */
  readonly parts: number;
  /** Those left out. */
  readonly dropped: number;
}

/** Leaves out the parts that hang together with fewer triangles than a share of the largest part has. */
export function withoutSmallParts(mesh: Mesh, share: number): Cleaned {
  const { positions, colours, indices } = mesh;
  const root = Int32Array.from({ length: positions.length / 3 }, (_, i) => i);
  const find = (vertex: number): number => {
    let at = vertex;
    while (root[at] !== at) at = root[at] = root[root[at]!]!;
    return at;
  };
  for (let i = 0; i < indices.length; i += 3) {
    const first = find(indices[i]!);
    for (const k of [1, 2]) root[find(indices[i + k]!)] = first;
  }
  const triangles = new Map<number, number>();
  for (let i = 0; i < indices.length; i += 3) {
    const part = find(indices[i]!);
    triangles.set(part, (triangles.get(part) ?? 0) + 1);
  }
  const largest = [...triangles.values()].reduce((most, count) => Math.max(most, count), 0);
  const stays = (vertex: number) => (triangles.get(find(vertex)) ?? 0) >= share * largest;
  const moved = new Int32Array(root.length).fill(-1);
  const kept: number[] = [];
  let count = 0;
  for (let i = 0; i < indices.length; i += 3) {
    if (!stays(indices[i]!)) continue;
    for (let k = 0; k < 3; k++) {
      const vertex = indices[i + k]!;
      if (moved[vertex]! < 0) moved[vertex] = count++;
      kept.push(moved[vertex]!);
    }
  }
  const part = { positions: new Float32Array(3 * count), colours: new Uint8Array(3 * count) };
  moved.forEach((to, from) => {
    if (to < 0) return;
    part.positions.set(positions.subarray(3 * from, 3 * from + 3), 3 * to);
    part.colours.set(colours.subarray(3 * from, 3 * from + 3), 3 * to);
  });
  const dropped = [...triangles.values()].filter((one) => one < share * largest).length;
  return {
    mesh: { ...part, indices: Uint32Array.from(kept) },
    parts: triangles.size,
    dropped,
  };
}
