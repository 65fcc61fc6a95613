/** A surface of triangles with a colour at each corner. */
export interface Mesh {
  /** [vertices, 3]. */
  readonly positions: Float32Array;
  /** [vertices, 3] red, green, blue as shown on a screen. */
  readonly colours: Uint8Array;
  /** Three vertices a triangle, counter-clockwise from outside. */
  readonly indices: Uint32Array;
}

/** Normals of length one at the corners, [vertices, 3]: means of the triangles' there, by their areas. */
export function meshNormals({ positions, indices }: Mesh): Float32Array {
  const normals = new Float32Array(positions.length);
  for (let i = 0; i < indices.length; i += 3) {
    const corners = [indices[i]!, indices[i + 1]!, indices[i + 2]!] as const;
    const edge = (to: number, k: number) => positions[3 * to + k]! - positions[3 * corners[0] + k]!;
    const [a, b] = [corners[1], corners[2]];
    for (let k = 0; k < 3; k++) {
      const [m, n] = [(k + 1) % 3, (k + 2) % 3];
      const share = edge(a, m) * edge(b, n) - edge(a, n) * edge(b, m);
      for (const corner of corners) normals[3 * corner + k]! += share;
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!);
    if (length > 0) { for (let k = 0; k < 3; k++) normals[i + k]! /= length; }
    else normals[i + 2] = 1;
  }
  return normals;
}
