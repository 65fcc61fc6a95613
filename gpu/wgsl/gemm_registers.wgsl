// One thread sums 8 rows (4 unless TALL) x 4 columns in registers. The rows are the same in all
// threads of a workgroup, so that A's loads are uniform, which a software adapter does only once.
// The kernel binds A as `a`, sets base_a, and gives segment_end, panel_b, strip_b, column_offset.
override TALL: bool = true;
// Four depths a turn: 15 % faster, but it takes twice as long to compile.
override PANELS: bool = false;
// Whether the depth is A's contiguous axis.
override A_ALONG_K: bool = true;
const RUN = 32u;

// Where the batch's A begins.
var<private> base_a: u32;

fn gemm_tile(place: GemmPlace, lane: u32) {
  let row = place.row;
  let col = place.col + 4u * lane;
  var upper = mat4x4f();
  var lower = mat4x4f();
  // Sums of short runs are added up apart: rounding grows with the root of a run's length, and one
  // run over some hundred depths is half again as far off.
  var upper_runs = mat4x4f();
  var lower_runs = mat4x4f();
  var run_end = place.k_begin + RUN;
  var k = place.k_begin;
  while (k < place.k_end) {
    // Within a segment B's depths are evenly spaced.
    let end = min(min(place.k_end, k + RUN), segment_end(place, k));
    if (PANELS) {
      for (; k + 4u <= end; k += 4u) {
        let b = panel_b(k, col);
        upper = panel_product(panel_a(row, k), b, upper);
        if (TALL) { lower = panel_product(panel_a(row + 4u, k), b, lower); }
      }
    }
    for (; k < end; k++) {
      let b = strip_b(k, col);
      upper = outer_product(strip_a(row, k), b, upper);
      if (TALL) { lower = outer_product(strip_a(row + 4u, k), b, lower); }
    }
    if (k >= run_end) {
      run_end = k + RUN;
      upper_runs += upper;
      upper = mat4x4f();
      if (TALL) {
        lower_runs += lower;
        lower = mat4x4f();
      }
    }
  }
  upper += upper_runs;
  lower += lower_runs;
  let start = u.c_start + place.slab * u.c_batch;
  store_rows(start, row, col, upper);
  if (TALL) { store_rows(start, row + 4u, col, lower); }
}

// sum + A B, where a[k] holds four rows at one depth, b[k] and sum[i] four columns.
fn panel_product(a: mat4x4f, b: mat4x4f, sum: mat4x4f) -> mat4x4f {
  return outer_product(a[3], b[3], outer_product(a[2], b[2],
    outer_product(a[1], b[1], outer_product(a[0], b[0], sum))));
}

// Four depths of four rows. Rows past the end repeat the last one; they are never stored.
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
