// As ssim_backward.wgsl; one thread owns four pixels of each of STRIP rows and walks down them, with the sums of
// the eleven windows that a row takes part in (software adapters: few loads, no barriers).
struct Uniforms {
  width: u32, height: u32, crop: u32, scale: f32, absolute: f32, planes: u32, columns: u32, strips: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read> by_mean: array<f32>;
@group(0) @binding(4) var<storage, read> by_square: array<f32>;
@group(0) @binding(5) var<storage, read> by_product: array<f32>;
@group(0) @binding(6) var<storage, read> dmap: array<f32>;
@group(0) @binding(7) var<storage, read_write> dimg1: array<f32>;

const STRIP = 32;

// Sums of a row from five pixels before the first of four on.
fn row_sums(x: i32, y: i32, plane: u32, shift: vec2f) -> Slopes {
  var s = no_slopes();
  if (y < 0 || y >= i32(u.height)) { return s; }
  let s0 = slopes_at(x, y, plane, shift);
  add_pixel(&s, TAP0, s0.x, s0.y, s0.z);
  let s1 = slopes_at(x + 1, y, plane, shift);
  add_pixel(&s, TAP1, s1.x, s1.y, s1.z);
  let s2 = slopes_at(x + 2, y, plane, shift);
  add_pixel(&s, TAP2, s2.x, s2.y, s2.z);
  let s3 = slopes_at(x + 3, y, plane, shift);
  add_pixel(&s, TAP3, s3.x, s3.y, s3.z);
  let s4 = slopes_at(x + 4, y, plane, shift);
  add_pixel(&s, TAP4, s4.x, s4.y, s4.z);
  let s5 = slopes_at(x + 5, y, plane, shift);
  add_pixel(&s, TAP5, s5.x, s5.y, s5.z);
  let s6 = slopes_at(x + 6, y, plane, shift);
  add_pixel(&s, TAP6, s6.x, s6.y, s6.z);
  let s7 = slopes_at(x + 7, y, plane, shift);
  add_pixel(&s, TAP7, s7.x, s7.y, s7.z);
  let s8 = slopes_at(x + 8, y, plane, shift);
  add_pixel(&s, TAP8, s8.x, s8.y, s8.z);
  let s9 = slopes_at(x + 9, y, plane, shift);
  add_pixel(&s, TAP9, s9.x, s9.y, s9.z);
  let s10 = slopes_at(x + 10, y, plane, shift);
  add_pixel(&s, TAP10, s10.x, s10.y, s10.z);
  let s11 = slopes_at(x + 11, y, plane, shift);
  add_pixel(&s, TAP11, s11.x, s11.y, s11.z);
  let s12 = slopes_at(x + 12, y, plane, shift);
  add_pixel(&s, TAP12, s12.x, s12.y, s12.z);
  let s13 = slopes_at(x + 13, y, plane, shift);
  add_pixel(&s, TAP13, s13.x, s13.y, s13.z);
  return s;
}

fn plus(sum: Slopes, row: Slopes, weight: f32) -> Slopes {
  return Slopes(
    sum.constant + weight * row.constant,
    sum.x + weight * row.x,
    sum.y + weight * row.y,
  );
}

fn store_column(s: Slopes, lane: u32, pixel: vec2u, plane: u32, shift: vec2f) {
  let x = pixel.x + lane;
  if (x >= u.width) { return; }
  store_gradient(
    vec3f(s.constant[lane], s.x[lane], s.y[lane]),
    plane + pixel.y * u.width + x,
    shift,
  );
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.planes * u.strips * u.columns) { return; }
  let column = index % u.columns * 4u;
  let strip = index / u.columns % u.strips * u32(STRIP);
  let plane = index / u.columns / u.strips * u.width * u.height;
  // Differences of pixels are taken by way of a value from the middle of the strip: what is summed
  // stays as small as they are.
  let middle = min(vec2u(column + 2u, strip + u32(STRIP) / 2u), vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  // Windows that end 9, 8, ... 0 rows after the one that is added.
  var w0 = no_slopes();
  var w1 = no_slopes();
  var w2 = no_slopes();
  var w3 = no_slopes();
  var w4 = no_slopes();
  var w5 = no_slopes();
  var w6 = no_slopes();
  var w7 = no_slopes();
  var w8 = no_slopes();
  var w9 = no_slopes();
  let rows = min(STRIP, i32(u.height - strip));
  for (var row = -5; row < rows + 5; row++) {
    let r = row_sums(i32(column) - 5, i32(strip) + row, plane, shift);
    let done = plus(w0, r, W0);
    w0 = plus(w1, r, W1);
    w1 = plus(w2, r, W2);
    w2 = plus(w3, r, W3);
    w3 = plus(w4, r, W4);
    w4 = plus(w5, r, W5);
    w5 = plus(w6, r, W4);
    w6 = plus(w7, r, W3);
    w7 = plus(w8, r, W2);
    w8 = plus(w9, r, W1);
    w9 = plus(no_slopes(), r, W0);
    if (row >= 5) {
      let pixel = vec2u(column, strip + u32(row - 5));
      store_column(done, 0u, pixel, plane, shift);
      store_column(done, 1u, pixel, plane, shift);
      store_column(done, 2u, pixel, plane, shift);
      store_column(done, 3u, pixel, plane, shift);
    }
  }
}
