// dimg1(p) = sum over q of w(p - q) g(q) (by_mean(q) + 2 (x1(p) - x1(q)) by_square(q) +
// (x2(p) - x2(q)) by_product(q)), g = dmap or the same number at all pixels `crop` away from the
// border, and dmap `absolute` sign(x1 - x2) besides; one workgroup owns 16 x 16 pixels.
struct Uniforms { width: u32, height: u32, crop: u32, scale: f32, absolute: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read> by_mean: array<f32>;
@group(0) @binding(4) var<storage, read> by_square: array<f32>;
@group(0) @binding(5) var<storage, read> by_product: array<f32>;
@group(0) @binding(6) var<storage, read> dmap: array<f32>;
@group(0) @binding(7) var<storage, read_write> dimg1: array<f32>;
override MEAN: u32 = 0u;

// Three planes each; as vec3f they would be padded to more than 16 KiB.
var<workgroup> tile: array<f32, 2028>;
var<workgroup> rows: array<f32, 1248>;

fn pixel_sums(at: u32) -> vec3f {
  return vec3f(tile[at], tile[at + 676u], tile[at + 1352u]);
}

fn row_sums(at: u32) -> vec3f {
  return vec3f(rows[at], rows[at + 416u], rows[at + 832u]);
}

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  let first = i32(u.crop);
  let end = vec2i(vec2u(u.width, u.height) - u.crop);
  // Differences of pixels are taken by way of a value from the middle of the tile: what is summed
  // stays as small as they are.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let middle_at = plane + middle.y * u.width + middle.x;
  let shift = vec2f(img1[middle_at], img2[middle_at]);
  for (var i = lane; i < 676u; i += 256u) {
    let x = corner.x + i32(i % 26u);
    let y = corner.y + i32(i / 26u);
    var value = vec3f(0.0);
    if (x >= first && y >= first && x < end.x && y < end.y) {
      let at = plane + u32(y) * u.width + u32(x);
      var g = 0.0;
      if (MEAN != 0u) { g = dmap[0] * u.scale; } else { g = dmap[at]; }
      let slopes = vec2f(2.0 * by_square[at], by_product[at]);
      let x = vec2f(img1[at], img2[at]) - shift;
      value = g * vec3f(by_mean[at] - dot(x, slopes), slopes);
    }
    tile[i] = value.x;
    tile[i + 676u] = value.y;
    tile[i + 1352u] = value.z;
  }
  workgroupBarrier();
  for (var i = lane; i < 416u; i += 256u) {
    let at = i / 16u * 26u + i % 16u;
    let sum = W0 * (pixel_sums(at) + pixel_sums(at + 10u)) +
      W1 * (pixel_sums(at + 1u) + pixel_sums(at + 9u)) +
      W2 * (pixel_sums(at + 2u) + pixel_sums(at + 8u)) +
      W3 * (pixel_sums(at + 3u) + pixel_sums(at + 7u)) +
      W4 * (pixel_sums(at + 4u) + pixel_sums(at + 6u)) +
      W5 * pixel_sums(at + 5u);
    rows[i] = sum.x;
    rows[i + 416u] = sum.y;
    rows[i + 832u] = sum.z;
  }
  workgroupBarrier();
  let pixel = group.xy * 16u + local.xy;
  if (pixel.x >= u.width || pixel.y >= u.height) { return; }
  let sum = W0 * (row_sums(lane) + row_sums(lane + 160u)) +
    W1 * (row_sums(lane + 16u) + row_sums(lane + 144u)) +
    W2 * (row_sums(lane + 32u) + row_sums(lane + 128u)) +
    W3 * (row_sums(lane + 48u) + row_sums(lane + 112u)) +
    W4 * (row_sums(lane + 64u) + row_sums(lane + 96u)) +
    W5 * row_sums(lane + 80u);
  let at = plane + pixel.y * u.width + pixel.x;
  let x = vec2f(img1[at], img2[at]);
  dimg1[at] = sum.x + dot(x - shift, sum.yz);
  if (u.absolute != 0.0) {
    dimg1[at] += dmap[0] * u.absolute * sign(x.x - x.y);
  }
}
