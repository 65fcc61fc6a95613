// c = activation(scale (a b) + bias + residual); a workgroup of 8 threads owns 8 x 32 values (software adapters).
struct Uniforms {
  rows: u32, cols: u32, depth: u32, batches: u32, parts: u32, part_depth: u32,
  a_stride: u32, b_stride: u32, a_batch: u32, b_batch: u32, c_batch: u32, c_row: u32, c_col: u32,
  a_start: u32, b_start: u32, c_start: u32, row_start: u32, col_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;

// Whether the depth is the contiguous axis.
override A_ALONG_K: bool = true;
override B_ALONG_K: bool = false;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, select(4u, 8u, TALL), 32u);
  if (!place.live) { return; }
  gemm_tile(place, lane);
}

// Rows and columns past the end repeat the last one; they are never stored.
fn panel_a(batch: u32, row: u32, k: u32) -> mat4x4f {
  let start = u.a_start + batch * u.a_batch;
  let last = u.rows - 1u;
  if (A_ALONG_K) {
    return mat4x4f(
      a[(start + min(row, last) * u.a_stride + k) >> 2u],
      a[(start + min(row + 1u, last) * u.a_stride + k) >> 2u],
      a[(start + min(row + 2u, last) * u.a_stride + k) >> 2u],
      a[(start + min(row + 3u, last) * u.a_stride + k) >> 2u],
    );
  }
  let at = start + min(row, last & ~3u) + k * u.a_stride;
  return transpose(mat4x4f(
    a[at >> 2u],
    a[(at + u.a_stride) >> 2u],
    a[(at + 2u * u.a_stride) >> 2u],
    a[(at + 3u * u.a_stride) >> 2u],
  ));
}

fn panel_b(batch: u32, k: u32, col: u32) -> mat4x4f {
  let start = u.b_start + batch * u.b_batch;
  let last = u.cols - 1u;
  if (B_ALONG_K) {
    return transpose(mat4x4f(
      b[(start + min(col, last) * u.b_stride + k) >> 2u],
      b[(start + min(col + 1u, last) * u.b_stride + k) >> 2u],
      b[(start + min(col + 2u, last) * u.b_stride + k) >> 2u],
      b[(start + min(col + 3u, last) * u.b_stride + k) >> 2u],
    ));
  }
  let at = start + min(col, last & ~3u) + k * u.b_stride;
  return mat4x4f(
    b[at >> 2u],
    b[(at + u.b_stride) >> 2u],
    b[(at + 2u * u.b_stride) >> 2u],
    b[(at + 3u * u.b_stride) >> 2u],
  );
}

fn strip_a(batch: u32, row: u32, k: u32) -> vec4f {
  let rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(u.rows - 1u));
  let at = u.a_start + batch * u.a_batch + select(rows + k * u.a_stride, rows * u.a_stride + k, vec4<bool>(A_ALONG_K));
  return vec4f(
    a[at.x >> 2u][at.x & 3u], a[at.y >> 2u][at.y & 3u], a[at.z >> 2u][at.z & 3u], a[at.w >> 2u][at.w & 3u],
  );
}

fn strip_b(batch: u32, k: u32, col: u32) -> vec4f {
  let cols = min(col + vec4u(0u, 1u, 2u, 3u), vec4u(u.cols - 1u));
  let at = u.b_start + batch * u.b_batch + select(cols + k * u.b_stride, cols * u.b_stride + k, vec4<bool>(B_ALONG_K));
  return vec4f(
    b[at.x >> 2u][at.x & 3u], b[at.y >> 2u][at.y & 3u], b[at.z >> 2u][at.z & 3u], b[at.w >> 2u][at.w & 3u],
  );
}
