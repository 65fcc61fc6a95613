// What a workgroup computes of C = A B: a block of one batch's C, over one part of the depth.
struct GemmPlace {
  row: u32, col: u32, k_begin: u32, k_end: u32, batch: u32,
  // Batch and part counted as one: where the block is stored.
  slab: u32,
  live: bool,
}

// Workgroups run through column tiles first, then row tiles, parts of the depth, batches.
fn gemm_place(index: u32, tile_rows: u32, tile_cols: u32) -> GemmPlace {
  let col_tiles = (u.cols + tile_cols - 1u) / tile_cols;
  let row_tiles = (u.rows + tile_rows - 1u) / tile_rows;
  let rest = index / col_tiles;
  let slab = rest / row_tiles;
  let k_begin = (slab % u.parts) * u.part_depth;
  let batch = slab / u.parts;
  return GemmPlace(
    (rest % row_tiles) * tile_rows, (index % col_tiles) * tile_cols,
    k_begin, min(u.depth, k_begin + u.part_depth), batch, slab, batch < u.batches,
  );
}

// sum + a b^T: row i gains a[i] b.
fn outer_product(a: vec4f, b: vec4f, sum: mat4x4f) -> mat4x4f {
  return mat4x4f(
    fma(vec4f(a.x), b, sum[0]), fma(vec4f(a.y), b, sum[1]),
    fma(vec4f(a.z), b, sum[2]), fma(vec4f(a.w), b, sum[3]),
  );
}
