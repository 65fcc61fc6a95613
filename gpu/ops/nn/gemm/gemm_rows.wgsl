// Values of A that all threads of a workgroup need: each thread loads them for itself.
// Whether the depth is A's contiguous axis.
override A_ALONG_K: bool = true;

// Where the batch's A begins, and the thread's place among four.
var<private> base_a: u32;
var<private> quarter: u32;

// Four rows at each of four depths. Rows past the end repeat the last one; they are never stored.
fn panel_a(row: u32, k: u32) -> mat4x4f {
  let last = u.rows - 1u;
  if (A_ALONG_K) {
    return transpose(mat4x4f(
      a[(base_a + min(row, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 1u, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 2u, last) * u.a_stride + k) >> 2u],
      a[(base_a + min(row + 3u, last) * u.a_stride + k) >> 2u],
    ));
  }
  let at = base_a + min(row, last & ~3u) + k * u.a_stride;
  return mat4x4f(
    a[at >> 2u],
    a[(at + u.a_stride) >> 2u],
    a[(at + 2u * u.a_stride) >> 2u],
    a[(at + 3u * u.a_stride) >> 2u],
  );
}

fn strip_a(row: u32, k: u32) -> vec4f {
  let rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(u.rows - 1u));
  let at = base_a + select(rows + k * u.a_stride, rows * u.a_stride + k, vec4<bool>(A_ALONG_K));
  return vec4f(
    a[at.x >> 2u][at.x & 3u], a[at.y >> 2u][at.y & 3u],
    a[at.z >> 2u][at.z & 3u], a[at.w >> 2u][at.w & 3u],
  );
}
