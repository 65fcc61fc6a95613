// As ssim.wgsl; one thread owns four pixels of each of STRIP rows and walks down them, with the sums of the
// eleven windows that a row takes part in (software adapters: few loads, no barriers).
struct Uniforms { width: u32, height: u32, planes: u32, columns: u32, strips: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read_write> map: array<f32>;
@group(0) @binding(4) var<storage, read_write> by_mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> by_square: array<f32>;
@group(0) @binding(6) var<storage, read_write> by_product: array<f32>;
@group(0) @binding(7) var<storage, read_write> partials: array<vec2f>;

const STRIP = 32;

// Sums of a row from five pixels before the first of four on.
fn row_sums(x: i32, y: i32, plane: u32, shift: vec2f) -> Moments {
  var m = no_moments();
  if (y < 0 || y >= i32(u.height)) { return m; }
  let p0 = pixel_or_zero(x, y, plane, shift);
  add_pixel(&m, TAP0, p0.x, p0.y);
  let p1 = pixel_or_zero(x + 1, y, plane, shift);
  add_pixel(&m, TAP1, p1.x, p1.y);
  let p2 = pixel_or_zero(x + 2, y, plane, shift);
  add_pixel(&m, TAP2, p2.x, p2.y);
  let p3 = pixel_or_zero(x + 3, y, plane, shift);
  add_pixel(&m, TAP3, p3.x, p3.y);
  let p4 = pixel_or_zero(x + 4, y, plane, shift);
  add_pixel(&m, TAP4, p4.x, p4.y);
  let p5 = pixel_or_zero(x + 5, y, plane, shift);
  add_pixel(&m, TAP5, p5.x, p5.y);
  let p6 = pixel_or_zero(x + 6, y, plane, shift);
  add_pixel(&m, TAP6, p6.x, p6.y);
  let p7 = pixel_or_zero(x + 7, y, plane, shift);
  add_pixel(&m, TAP7, p7.x, p7.y);
  let p8 = pixel_or_zero(x + 8, y, plane, shift);
  add_pixel(&m, TAP8, p8.x, p8.y);
  let p9 = pixel_or_zero(x + 9, y, plane, shift);
  add_pixel(&m, TAP9, p9.x, p9.y);
  let p10 = pixel_or_zero(x + 10, y, plane, shift);
  add_pixel(&m, TAP10, p10.x, p10.y);
  let p11 = pixel_or_zero(x + 11, y, plane, shift);
  add_pixel(&m, TAP11, p11.x, p11.y);
  let p12 = pixel_or_zero(x + 12, y, plane, shift);
  add_pixel(&m, TAP12, p12.x, p12.y);
  let p13 = pixel_or_zero(x + 13, y, plane, shift);
  add_pixel(&m, TAP13, p13.x, p13.y);
  return m;
}

fn plus(sum: Moments, row: Moments, weight: f32) -> Moments {
  return Moments(
    sum.x + weight * row.x,
    sum.y + weight * row.y,
    sum.squares + weight * row.squares,
    sum.xy + weight * row.xy,
  );
}

fn compare_column(m: Moments, lane: u32, pixel: vec2u, plane: u32, shift: vec2f) -> vec2f {
  let x = pixel.x + lane;
  if (x >= u.width) { return vec2f(0.0); }
  let own = pixel_at(plane + pixel.y * u.width + x) - shift;
  let sums = vec4f(m.x[lane], m.y[lane], m.squares[lane], m.xy[lane]);
  return compare(sums, vec2u(x, pixel.y), plane, shift, own);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let owned = group.x + group.y * groups.x;
  let index = owned * 64u + lane;
  let there = index < u.planes * u.strips * u.columns;
  let column = index % u.columns * 4u;
  let strip = index / u.columns % u.strips * u32(STRIP);
  let plane = index / u.columns / u.strips * u.width * u.height;
  var sum = vec2f(0.0);
  if (there) {
    // Variances do not change when a number is taken off all values, but cancel less: a value from
    // the middle serves for all of the strip.
    let middle = min(vec2u(column + 2u, strip + u32(STRIP) / 2u), vec2u(u.width, u.height) - 1u);
    let shift = pixel_at(plane + middle.y * u.width + middle.x);
    // Windows that end 9, 8, ... 0 rows after the one that is added.
    var w0 = no_moments();
    var w1 = no_moments();
    var w2 = no_moments();
    var w3 = no_moments();
    var w4 = no_moments();
    var w5 = no_moments();
    var w6 = no_moments();
    var w7 = no_moments();
    var w8 = no_moments();
    var w9 = no_moments();
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
      w9 = plus(no_moments(), r, W0);
      if (row >= 5) {
        let pixel = vec2u(column, strip + u32(row - 5));
        sum += compare_column(done, 0u, pixel, plane, shift) +
          compare_column(done, 1u, pixel, plane, shift) +
          compare_column(done, 2u, pixel, plane, shift) +
          compare_column(done, 3u, pixel, plane, shift);
      }
    }
  }
  if (SUMS) {
    let difference = workgroup_sum(sum.x, lane);
    let similarity = workgroup_sum(sum.y, lane);
    if (lane == 0u) {
      partials[owned] = vec2f(difference, similarity);
    }
  }
}
