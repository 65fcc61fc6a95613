// dweight[o, (channel, tap)] = sum over pixels p of dy[o, p] image[channel, step p + tap]; a workgroup of 8 threads owns 8 x 32 values (software adapters).

// Source of pixel (0, 0) under each of the thread's four taps, and where the tap's channel begins.
var<private> source_y: vec4i;
var<private> source_x: vec4i;
var<private> base_b: i32;
var<private> channel_start: vec4i;
// In the segment's row of pixels: where the image row begins, and whether it is inside.
var<private> row_start: vec4i;
var<private> row_inside: vec4<bool>;
var<private> segment: u32;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, select(4u, 8u, TALL), 32u);
  if (!place.live) { return; }
  base_a = u.a_start + place.batch * u.a_batch;
  first_row = u.row_start;
  base_b = i32(u.b_start + place.batch * u.b_batch);
  let column = min(place.col + 4u * lane + vec4u(0u, 1u, 2u, 3u), vec4u(u.cols - 1u));
  let channel = column / u.taps;
  let tap = column % u.taps;
  source_y = vec4i(tap / u.tap_cols) * u.tap_step.x + u.tap_start.x;
  source_x = vec4i(tap % u.tap_cols) * u.tap_step.y + u.tap_start.y;
  channel_start = base_b + vec4i(channel * u.plane);
  gemm_tile(place, lane);
}

// A segment is one row of pixels.
fn segment_end(place: GemmPlace, k: u32) -> u32 {
  let row = k / u.grid_width;
  let y = source_y + i32(row) * u.step.x;
  row_inside = vec4u(y) < vec4u(u32(u.image.x));
  row_start = channel_start + select(vec4i(), y * u.image.y, row_inside);
  // By way of a local: from a private variable a compiler cannot tell that all threads agree.
  let start = row * u.grid_width;
  segment = start;
  return start + u.grid_width;
}

fn strip_b(k: u32, col: u32) -> vec4f {
  let x = source_x + i32(k - segment) * u.step.y;
  let inside = row_inside & (vec4u(x) < vec4u(u32(u.image.y)));
  let at = row_start + select(vec4i(), x, inside);
  return select(vec4f(), vec4f(b[at.x], b[at.y], b[at.z], b[at.w]), inside);
}

fn panel_b(k: u32, col: u32) -> mat4x4f {
  return mat4x4f(strip_b(k, col), strip_b(k + 1u, col), strip_b(k + 2u, col), strip_b(k + 3u, col));
}

fn column_offset(col: u32) -> u32 {
  return col * u.c_col;
}
