// dweight[o, (channel, tap)] = sum over pixels p of dy[o, p] image[channel, step p + tap]; a workgroup of 256 threads owns TILE x TILE values.
struct Uniforms {
  rows: u32, cols: u32, depth: u32, batches: u32, parts: u32, part_depth: u32,
  a_stride: u32, a_batch: u32, b_batch: u32, c_batch: u32, c_row: u32, c_col: u32,
  a_start: u32, b_start: u32, c_start: u32, row_start: u32, col_start: u32,
  // Pixels of the image; columns of dy's pixel grid; taps in all and in a row.
  plane: u32, image: vec2i, grid_width: u32, taps: u32, tap_cols: u32,
  // Source pixel = step * pixel + tap_start + tap_step * tap, (y, x).
  step: vec2i, tap_start: vec2i, tap_step: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;

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
