// dweight[o, (channel, tap)] = sum over pixels p of dy[o, p] image[channel, step p + tap]; a workgroup of 256 threads owns TILE x TILE values.

// Source of pixel (0, 0) under the tap that the thread fetches, and where the tap's channel begins.
var<private> source: vec2i;
var<private> base_b: i32;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = gemm_place(group.x + group.y * groups.x, TILE, TILE);
  if (!place.live) { return; }
  base_a = u.a_start + place.batch * u.a_batch;
  first_row = u.row_start;
  base_b = i32(u.b_start + place.batch * u.b_batch);
  let column = place.col + fetch_position(lane, true).x;
  let channel = column / u.taps;
  let tap = column % u.taps;
  source = vec2i(i32(tap / u.tap_cols), i32(tap % u.tap_cols)) * u.tap_step + u.tap_start;
  base_b += i32(channel * u.plane);
  gemm_tile(place, lane);
}

// Four pixels, one after the other along the rows of the grid.
fn fetch_b(place: GemmPlace, k: u32, col: u32) -> vec4f {
  if (col >= u.cols || k >= place.k_end) { return vec4f(); }
  var y = k / u.grid_width;
  var x = k - y * u.grid_width;
  var four = vec4f();
  for (var i = 0u; i < 4u; i++) {
    let at = source + vec2i(i32(y), i32(x)) * u.step;
    if (k + i < place.k_end && all(vec2u(at) < vec2u(u.image))) {
      four[i] = b[base_b + at.x * u.image.y + at.y];
    }
    x++;
    if (x == u.grid_width) {
      x = 0u;
      y++;
    }
  }
  return four;
}

fn column_offset(col: u32) -> u32 {
  return col * u.c_col;
}
