// c = activation(scale (a b) + bias + residual); a workgroup of 256 threads owns TILE x TILE values.

// Whether four values of B can be loaded at once.
override B_VECTORS: bool = false;

var<private> base_b: u32;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, TILE, TILE);
  if (!place.live) { return; }
  base_a = u.a_start + place.batch * u.a_batch;
  base_b = u.b_start + place.batch * u.b_batch;
  first_row = u.row_start;
  gemm_tile(place, lane);
}

fn fetch_b(place: GemmPlace, k: u32, col: u32) -> vec4f {
  if (col >= u.cols || k >= place.k_end) { return vec4f(); }
  let at = base_b + select(col + k * u.b_stride, col * u.b_stride + k, B_ALONG_K);
  if (B_VECTORS) { return b[at >> 2u]; }
  let count = select(u.cols - col, place.k_end - k, B_ALONG_K);
  var four = vec4f(b[at >> 2u][at & 3u], 0.0, 0.0, 0.0);
  if (count > 1u) { four.y = b[(at + 1u) >> 2u][(at + 1u) & 3u]; }
  if (count > 2u) { four.z = b[(at + 2u) >> 2u][(at + 2u) & 3u]; }
  if (count > 3u) { four.w = b[(at + 3u) >> 2u][(at + 3u) & 3u]; }
  return four;
}

fn column_offset(col: u32) -> u32 {
  return col * u.c_col;
}
