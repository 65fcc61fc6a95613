// map = (2 m1 m2 + C1)(2 s12 + C2) / ((m1 m1 + m2 m2 + C1)(s1 + s2 + C2)) of windowed means m and
// (co)variances s (Wang et al. 2004), zeros outside; one workgroup owns 16 x 16 pixels of a plane, a
// thread four of a column.
struct Uniforms { width: u32, height: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read_write> map: array<f32>;
// Derivatives of the map by the window's sums of x1, x1 x1 and x1 x2, where all values are counted
// from those in the middle of the window.
@group(0) @binding(4) var<storage, read_write> by_mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> by_square: array<f32>;
@group(0) @binding(6) var<storage, read_write> by_product: array<f32>;
// Of each workgroup: sums of |img1 - img2| and of the map.
@group(0) @binding(7) var<storage, read_write> partials: array<vec2f>;

// Two planes of 26 rows of 28 pixels, of which 26 count; vectors, for a store of four costs little more
// than that of one.
var<workgroup> pixels: array<vec4f, 364>;
// Four planes of 26 rows of 16.
var<workgroup> rows: array<vec4f, 416>;

fn add_row(m: ptr<function, Moments>, tap: vec4f, at: u32, part: u32) {
  (*m).x += weigh(tap, rows[at][part]);
  (*m).y += weigh(tap, rows[at + 104u][part]);
  (*m).squares += weigh(tap, rows[at + 208u][part]);
  (*m).xy += weigh(tap, rows[at + 312u][part]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  // Variances do not change when a number is taken off all values, but cancel less: a value from
  // the middle of the tile serves for all of it.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  for (var i = lane; i < 182u; i += 64u) {
    let x = corner.x + i32(i % 7u) * 4;
    let y = corner.y + i32(i / 7u);
    let p0 = pixel_or_zero(x, y, plane, shift);
    let p1 = pixel_or_zero(x + 1, y, plane, shift);
    let p2 = pixel_or_zero(x + 2, y, plane, shift);
    let p3 = pixel_or_zero(x + 3, y, plane, shift);
    pixels[i] = vec4f(p0.x, p1.x, p2.x, p3.x);
    pixels[i + 182u] = vec4f(p0.y, p1.y, p2.y, p3.y);
  }
  workgroupBarrier();
  for (var i = lane; i < 104u; i += 64u) {
    let at = i / 4u * 7u + i % 4u;
    let x0 = pixels[at];
    let x1 = pixels[at + 1u];
    let x2 = pixels[at + 2u];
    let x3 = pixels[at + 3u];
    let y0 = pixels[at + 182u];
    let y1 = pixels[at + 183u];
    let y2 = pixels[at + 184u];
    let y3 = pixels[at + 185u];
    var m = no_moments();
    add_pixel(&m, TAP0, x0.x, y0.x);
    add_pixel(&m, TAP1, x0.y, y0.y);
    add_pixel(&m, TAP2, x0.z, y0.z);
    add_pixel(&m, TAP3, x0.w, y0.w);
    add_pixel(&m, TAP4, x1.x, y1.x);
    add_pixel(&m, TAP5, x1.y, y1.y);
    add_pixel(&m, TAP6, x1.z, y1.z);
    add_pixel(&m, TAP7, x1.w, y1.w);
    add_pixel(&m, TAP8, x2.x, y2.x);
    add_pixel(&m, TAP9, x2.y, y2.y);
    add_pixel(&m, TAP10, x2.z, y2.z);
    add_pixel(&m, TAP11, x2.w, y2.w);
    add_pixel(&m, TAP12, x3.x, y3.x);
    add_pixel(&m, TAP13, x3.y, y3.y);
    rows[i] = m.x;
    rows[i + 104u] = m.y;
    rows[i + 208u] = m.squares;
    rows[i + 312u] = m.xy;
  }
  workgroupBarrier();
  let first = lane / 16u * 16u + lane % 16u / 4u;
  let part = lane % 4u;
  var m = no_moments();
  add_row(&m, TAP0, first, part);
  add_row(&m, TAP1, first + 4u, part);
  add_row(&m, TAP2, first + 8u, part);
  add_row(&m, TAP3, first + 12u, part);
  add_row(&m, TAP4, first + 16u, part);
  add_row(&m, TAP5, first + 20u, part);
  add_row(&m, TAP6, first + 24u, part);
  add_row(&m, TAP7, first + 28u, part);
  add_row(&m, TAP8, first + 32u, part);
  add_row(&m, TAP9, first + 36u, part);
  add_row(&m, TAP10, first + 40u, part);
  add_row(&m, TAP11, first + 44u, part);
  add_row(&m, TAP12, first + 48u, part);
  add_row(&m, TAP13, first + 52u, part);
  let x = group.x * 16u + lane % 16u;
  let y = group.y * 16u + lane / 16u * 4u;
  var sum = vec2f(0.0);
  for (var k = 0u; k < 4u; k++) {
    if (x >= u.width || y + k >= u.height) { break; }
    let middle = (lane / 16u * 4u + k + 5u) * 28u + lane % 16u + 5u;
    sum += compare(
      vec4f(m.x[k], m.y[k], m.squares[k], m.xy[k]),
      vec2u(x, y + k),
      plane,
      shift,
      vec2f(pixels[middle / 4u][middle % 4u], pixels[middle / 4u + 182u][middle % 4u]),
    );
  }
  if (SUMS) {
    let difference = workgroup_sum(sum.x, lane);
    let similarity = workgroup_sum(sum.y, lane);
    if (lane == 0u) {
      partials[(group.z * groups.y + group.y) * groups.x + group.x] = vec2f(difference, similarity);
    }
  }
}
