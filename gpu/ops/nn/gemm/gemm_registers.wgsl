// One thread sums 8 rows (4 unless TALL) x 4 columns in registers; the rows are the same in all
// threads of a workgroup, and gemm_rows.wgsl loads them. The kernel binds A as `a`, sets base_a, and
// gives segment_end, panel_b, strip_b and column_offset.
override TALL: bool = true;
// Four depths a turn: 15 % faster, but it takes twice as long to compile.
override PANELS: bool = false;
const RUN = 32u;

fn gemm_tile(place: GemmPlace, lane: u32) {
  quarter = lane & 3u;
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
