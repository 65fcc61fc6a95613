// c[o, p] = finish(sum of weight[o, tap, channel] image[channel, step p + tap]); a workgroup of 256 threads owns TILE x TILE values.

// Source at tap (0, 0) of each of the four pixels that the thread fetches.
var<private> source_y: vec4i;
var<private> source_x: vec4i;
var<private> base_b: i32;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, TILE, TILE);
  if (!place.live) { return; }
  let member = place.batch % u.groups;
  base_a = u.a_start + member * u.a_batch;
  first_row = u.row_start + member * u.rows;
  base_b = i32(u.b_start + place.batch * u.b_batch);
  let pixel = place.col + fetch_position(lane, false).x + vec4u(0u, 1u, 2u, 3u);
  source_y = vec4i(pixel / u.grid_width) * u.step.x + u.tap_start.x;
  source_x = vec4i(pixel % u.grid_width) * u.step.y + u.tap_start.y;
  gemm_tile(place, lane);
}

fn fetch_b(place: GemmPlace, k: u32, col: u32) -> vec4f {
  if (k >= place.k_end) { return vec4f(); }
  let tap = k / u.channels;
  let channel = k - tap * u.channels;
  let row = tap / u.tap_cols;
  let y = source_y + i32(row) * u.tap_step.x;
  let x = source_x + i32(tap - row * u.tap_cols) * u.tap_step.y;
  let inside = (vec4u(y) < vec4u(u32(u.image.x))) & (vec4u(x) < vec4u(u32(u.image.y)));
  let at = base_b + i32(channel * u.plane) + y * u.image.y + x;
  var four = vec4f();
  if (inside.x) { four.x = b[at.x]; }
  if (inside.y) { four.y = b[at.y]; }
  if (inside.z) { four.z = b[at.z]; }
  if (inside.w) { four.w = b[at.w]; }
  return four;
}

override SCATTER: bool = false;

fn column_offset(col: u32) -> u32 {
  if (!SCATTER) { return col; }
  return (col / u.grid_width) * u.c_step.x * u.c_width + (col % u.grid_width) * u.c_step.y;
}
