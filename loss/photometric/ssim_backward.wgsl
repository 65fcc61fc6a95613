// dimg1(p) = sum over q of w(p - q) g(q) (by_mean(q) + 2 (x1(p) - x1(q)) by_square(q) +
// (x2(p) - x2(q)) by_product(q)), g = dmap or the same number at all pixels `crop` away from the
// border, and dmap `absolute` sign(x1 - x2) besides; one workgroup owns 16 x 16 pixels, a thread four of a
// column.
struct Uniforms { width: u32, height: u32, crop: u32, scale: f32, absolute: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read> by_mean: array<f32>;
@group(0) @binding(4) var<storage, read> by_square: array<f32>;
@group(0) @binding(5) var<storage, read> by_product: array<f32>;
@group(0) @binding(6) var<storage, read> dmap: array<f32>;
@group(0) @binding(7) var<storage, read_write> dimg1: array<f32>;
// Three planes each, of 26 rows of 28 pixels, of which 26 count, and of 26 rows of 16.
var<workgroup> tile: array<vec4f, 546>;
var<workgroup> rows: array<vec4f, 312>;

fn add_row(s: ptr<function, Slopes>, tap: vec4f, at: u32, part: u32) {
  (*s).constant += weigh(tap, rows[at][part]);
  (*s).x += weigh(tap, rows[at + 104u][part]);
  (*s).y += weigh(tap, rows[at + 208u][part]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  // Differences of pixels are taken by way of a value from the middle of the tile: what is summed
  // stays as small as they are.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  for (var i = lane; i < 182u; i += 64u) {
    let x = corner.x + i32(i % 7u) * 4;
    let y = corner.y + i32(i / 7u);
    let s0 = slopes_at(x, y, plane, shift);
    let s1 = slopes_at(x + 1, y, plane, shift);
    let s2 = slopes_at(x + 2, y, plane, shift);
    let s3 = slopes_at(x + 3, y, plane, shift);
    tile[i] = vec4f(s0.x, s1.x, s2.x, s3.x);
    tile[i + 182u] = vec4f(s0.y, s1.y, s2.y, s3.y);
    tile[i + 364u] = vec4f(s0.z, s1.z, s2.z, s3.z);
  }
  workgroupBarrier();
  for (var i = lane; i < 104u; i += 64u) {
    let at = i / 4u * 7u + i % 4u;
    let c0 = tile[at];
    let c1 = tile[at + 1u];
    let c2 = tile[at + 2u];
    let c3 = tile[at + 3u];
    let x0 = tile[at + 182u];
    let x1 = tile[at + 183u];
    let x2 = tile[at + 184u];
    let x3 = tile[at + 185u];
    let y0 = tile[at + 364u];
    let y1 = tile[at + 365u];
    let y2 = tile[at + 366u];
    let y3 = tile[at + 367u];
    var s = no_slopes();
    add_pixel(&s, TAP0, c0.x, x0.x, y0.x);
    add_pixel(&s, TAP1, c0.y, x0.y, y0.y);
    add_pixel(&s, TAP2, c0.z, x0.z, y0.z);
    add_pixel(&s, TAP3, c0.w, x0.w, y0.w);
    add_pixel(&s, TAP4, c1.x, x1.x, y1.x);
    add_pixel(&s, TAP5, c1.y, x1.y, y1.y);
    add_pixel(&s, TAP6, c1.z, x1.z, y1.z);
    add_pixel(&s, TAP7, c1.w, x1.w, y1.w);
    add_pixel(&s, TAP8, c2.x, x2.x, y2.x);
    add_pixel(&s, TAP9, c2.y, x2.y, y2.y);
    add_pixel(&s, TAP10, c2.z, x2.z, y2.z);
    add_pixel(&s, TAP11, c2.w, x2.w, y2.w);
    add_pixel(&s, TAP12, c3.x, x3.x, y3.x);
    add_pixel(&s, TAP13, c3.y, x3.y, y3.y);
    rows[i] = s.constant;
    rows[i + 104u] = s.x;
    rows[i + 208u] = s.y;
  }
  workgroupBarrier();
  let first = lane / 16u * 16u + lane % 16u / 4u;
  let part = lane % 4u;
  var s = no_slopes();
  add_row(&s, TAP0, first, part);
  add_row(&s, TAP1, first + 4u, part);
  add_row(&s, TAP2, first + 8u, part);
  add_row(&s, TAP3, first + 12u, part);
  add_row(&s, TAP4, first + 16u, part);
  add_row(&s, TAP5, first + 20u, part);
  add_row(&s, TAP6, first + 24u, part);
  add_row(&s, TAP7, first + 28u, part);
  add_row(&s, TAP8, first + 32u, part);
  add_row(&s, TAP9, first + 36u, part);
  add_row(&s, TAP10, first + 40u, part);
  add_row(&s, TAP11, first + 44u, part);
  add_row(&s, TAP12, first + 48u, part);
  add_row(&s, TAP13, first + 52u, part);
  let x = group.x * 16u + lane % 16u;
  let y = group.y * 16u + lane / 16u * 4u;
  for (var k = 0u; k < 4u; k++) {
    if (x >= u.width || y + k >= u.height) { break; }
    let slopes = vec3f(s.constant[k], s.x[k], s.y[k]);
    store_gradient(slopes, plane + (y + k) * u.width + x, shift);
  }
}
