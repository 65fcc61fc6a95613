// c[o, p] = finish(sum of weight[o, tap, channel] image[channel, step p + tap]); a workgroup of 8 threads owns 8 x 32 values (software adapters).

// Source of each of the thread's four pixels at tap (0, 0).
var<private> source_y: vec4i;
var<private> source_x: vec4i;
var<private> base_b: i32;
// At the segment's tap: address in the first channel, and whether it is inside the image.
var<private> address: vec4i;
var<private> inside: vec4<bool>;
var<private> segment: u32;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, select(4u, 8u, TALL), 32u);
  if (!place.live) { return; }
  let member = place.batch % u.groups;
  base_a = u.a_start + member * u.a_batch;
  first_row = u.row_start + member * u.rows;
  base_b = i32(u.b_start + place.batch * u.b_batch);
  let pixel = place.col + 4u * lane + vec4u(0u, 1u, 2u, 3u);
  source_y = vec4i(pixel / u.grid_width) * u.step.x + u.tap_start.x;
  source_x = vec4i(pixel % u.grid_width) * u.step.y + u.tap_start.y;
  gemm_tile(place, lane);
}

// A segment is all channels of one tap.
fn segment_end(place: GemmPlace, k: u32) -> u32 {
  let tap = k / u.channels;
  let y = source_y + i32(tap / u.tap_cols) * u.tap_step.x;
  let x = source_x + i32(tap % u.tap_cols) * u.tap_step.y;
  inside = (vec4u(y) < vec4u(u32(u.image.x))) & (vec4u(x) < vec4u(u32(u.image.y)));
  address = select(vec4i(), y * u.image.y + x, inside) + base_b;
  // By way of a local: from a private variable a compiler cannot tell that all threads agree.
  let start = tap * u.channels;
  segment = start;
  return start + u.channels;
}

fn strip_b(k: u32, col: u32) -> vec4f {
  let at = address + i32((k - segment) * u.plane);
  return select(vec4f(), vec4f(b[at.x], b[at.y], b[at.z], b[at.w]), inside);
}

fn panel_b(k: u32, col: u32) -> mat4x4f {
  return mat4x4f(strip_b(k, col), strip_b(k + 1u, col), strip_b(k + 2u, col), strip_b(k + 3u, col));
}

override SCATTER: bool = false;

fn column_offset(col: u32) -> u32 {
  if (!SCATTER) { return col; }
  return (col / u.grid_width) * u.c_step.x * u.c_width + (col % u.grid_width) * u.c_step.y;
}
