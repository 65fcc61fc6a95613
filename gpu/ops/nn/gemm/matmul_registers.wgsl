// c = activation(scale (a b) + bias + residual); a workgroup of 8 threads owns 8 x 32 values (software adapters).

// Whether the depth is B's contiguous axis.
override B_ALONG_K: bool = false;

var<private> base_b: u32;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, select(4u, 8u, TALL), 32u);
  if (!place.live) { return; }
  base_a = u.a_start + place.batch * u.a_batch;
  base_b = u.b_start + place.batch * u.b_batch;
  first_row = u.row_start;
  gemm_tile(place, lane);
}

fn segment_end(place: GemmPlace, k: u32) -> u32 {
  return place.k_end;
}

// Four columns at four depths. Columns past the end repeat the last one; they are never stored.
fn panel_b(k: u32, col: u32) -> mat4x4f {
  let last = u.cols - 1u;
  if (B_ALONG_K) {
    return transpose(mat4x4f(
      b[(base_b + min(col, last) * u.b_stride + k) >> 2u],
      b[(base_b + min(col + 1u, last) * u.b_stride + k) >> 2u],
      b[(base_b + min(col + 2u, last) * u.b_stride + k) >> 2u],
      b[(base_b + min(col + 3u, last) * u.b_stride + k) >> 2u],
    ));
  }
  let at = base_b + min(col, last & ~3u) + k * u.b_stride;
  return mat4x4f(
    b[at >> 2u],
    b[(at + u.b_stride) >> 2u],
    b[(at + 2u * u.b_stride) >> 2u],
    b[(at + 3u * u.b_stride) >> 2u],
  );
}

fn strip_b(k: u32, col: u32) -> vec4f {
  let cols = min(col + vec4u(0u, 1u, 2u, 3u), vec4u(u.cols - 1u));
  let at = base_b + select(cols + k * u.b_stride, cols * u.b_stride + k, vec4<bool>(B_ALONG_K));
  return vec4f(
    b[at.x >> 2u][at.x & 3u], b[at.y >> 2u][at.y & 3u],
    b[at.z >> 2u][at.z & 3u], b[at.w >> 2u][at.w & 3u],
  );
}

fn column_offset(col: u32) -> u32 {
  return col * u.c_col;
}
