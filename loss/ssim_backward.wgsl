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
override MEAN = false;
// Whether img1 is cut to [0, 1] first; what is outside then has no gradient.
override CLAMP = false;

// At four pixels: the sum without x1 and x2, and the factors of these.
struct Slopes { constant: vec4f, x: vec4f, y: vec4f }

// Three planes each; as vec3f they would be padded to more than 16 KiB.
var<workgroup> tile: array<f32, 2028>;
var<workgroup> rows: array<f32, 1248>;

fn pixel_at(at: u32) -> vec2f {
  return vec2f(select(img1[at], clamp(img1[at], 0.0, 1.0), CLAMP), img2[at]);
}

fn add_pixel(s: ptr<function, Slopes>, tap: vec4f, at: u32) {
  (*s).constant += weigh(tap, tile[at]);
  (*s).x += weigh(tap, tile[at + 676u]);
  (*s).y += weigh(tap, tile[at + 1352u]);
}

fn add_row(s: ptr<function, Slopes>, tap: vec4f, at: u32) {
  (*s).constant += weigh(tap, rows[at]);
  (*s).x += weigh(tap, rows[at + 416u]);
  (*s).y += weigh(tap, rows[at + 832u]);
}

fn no_slopes() -> Slopes {
  // Zeros spelled out: naga does not clear a variable again when a loop comes back to it.
  return Slopes(vec4f(0.0), vec4f(0.0), vec4f(0.0));
}

fn put_row(at: u32, sums: vec4f) {
  rows[at] = sums.x;
  rows[at + 1u] = sums.y;
  rows[at + 2u] = sums.z;
  rows[at + 3u] = sums.w;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  let first = i32(u.crop);
  let end = vec2i(vec2u(u.width, u.height) - u.crop);
  // Differences of pixels are taken by way of a value from the middle of the tile: what is summed
  // stays as small as they are.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  for (var i = lane; i < 676u; i += 64u) {
    let x = corner.x + i32(i % 26u);
    let y = corner.y + i32(i / 26u);
    var value = vec3f(0.0);
    if (x >= first && y >= first && x < end.x && y < end.y) {
      let at = plane + u32(y) * u.width + u32(x);
      var g = 0.0;
      if (MEAN) { g = dmap[0] * u.scale; } else { g = dmap[at]; }
      let slopes = vec2f(2.0 * by_square[at], by_product[at]);
      value = g * vec3f(by_mean[at] - dot(pixel_at(at) - shift, slopes), slopes);
    }
    tile[i] = value.x;
    tile[i + 676u] = value.y;
    tile[i + 1352u] = value.z;
  }
  workgroupBarrier();
  for (var i = lane; i < 104u; i += 64u) {
    let at = i / 4u * 26u + i % 4u * 4u;
    var s = no_slopes();
    add_pixel(&s, TAP0, at);
    add_pixel(&s, TAP1, at + 1u);
    add_pixel(&s, TAP2, at + 2u);
    add_pixel(&s, TAP3, at + 3u);
    add_pixel(&s, TAP4, at + 4u);
    add_pixel(&s, TAP5, at + 5u);
    add_pixel(&s, TAP6, at + 6u);
    add_pixel(&s, TAP7, at + 7u);
    add_pixel(&s, TAP8, at + 8u);
    add_pixel(&s, TAP9, at + 9u);
    add_pixel(&s, TAP10, at + 10u);
    add_pixel(&s, TAP11, at + 11u);
    add_pixel(&s, TAP12, at + 12u);
    add_pixel(&s, TAP13, at + 13u);
    put_row(4u * i, s.constant);
    put_row(4u * i + 416u, s.x);
    put_row(4u * i + 832u, s.y);
  }
  workgroupBarrier();
  let at_row = lane / 16u * 64u + lane % 16u;
  var s = no_slopes();
  add_row(&s, TAP0, at_row);
  add_row(&s, TAP1, at_row + 16u);
  add_row(&s, TAP2, at_row + 32u);
  add_row(&s, TAP3, at_row + 48u);
  add_row(&s, TAP4, at_row + 64u);
  add_row(&s, TAP5, at_row + 80u);
  add_row(&s, TAP6, at_row + 96u);
  add_row(&s, TAP7, at_row + 112u);
  add_row(&s, TAP8, at_row + 128u);
  add_row(&s, TAP9, at_row + 144u);
  add_row(&s, TAP10, at_row + 160u);
  add_row(&s, TAP11, at_row + 176u);
  add_row(&s, TAP12, at_row + 192u);
  add_row(&s, TAP13, at_row + 208u);
  let x = group.x * 16u + lane % 16u;
  let y = group.y * 16u + lane / 16u * 4u;
  for (var k = 0u; k < 4u; k++) {
    if (x >= u.width || y + k >= u.height) { break; }
    let at = plane + (y + k) * u.width + x;
    let pixel = pixel_at(at);
    var d = s.constant[k] + dot(pixel - shift, vec2f(s.x[k], s.y[k]));
    if (u.absolute != 0.0) {
      d += dmap[0] * u.absolute * sign(pixel.x - pixel.y);
    }
    if (CLAMP) {
      d = select(0.0, d, img1[at] >= 0.0 && img1[at] <= 1.0);
    }
    dimg1[at] = d;
  }
}
