// What a pose's gradient is made of, summed over Gaussians: d mean mean^T + 2 d covariance covariance, row by
// row, and d mean; each workgroup leaves its share.
struct Uniforms { count: u32, threads: u32, scale_modifier: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
// Scales [n, 3], or covariances [n, 6] where these are PRECOMPUTED.
@group(0) @binding(2) var<storage, read> extents: array<f32>;
@group(0) @binding(3) var<storage, read> rotations: array<f32>;
@group(0) @binding(4) var<storage, read> touched: array<u32>;
@group(0) @binding(5) var<storage, read> dmeans: array<f32>;
@group(0) @binding(6) var<storage, read> dcovariances: array<f32>;
@group(0) @binding(7) var<storage, read_write> partials: array<f32>;

override RAW = false;
override PRECOMPUTED = false;

fn symmetric(xx: f32, xy: f32, xz: f32, yy: f32, yz: f32, zz: f32) -> mat3x3f {
  return mat3x3f(xx, xy, xz, xy, yy, yz, xz, yz, zz);
}

fn covariance_of(i: u32) -> mat3x3f {
  if (PRECOMPUTED) {
    let c = 6u * i;
    return symmetric(
      extents[c],
      extents[c + 1u],
      extents[c + 2u],
      extents[c + 3u],
      extents[c + 4u],
      extents[c + 5u],
    );
  }
  var q = vec4f(
    rotations[4u * i],
    rotations[4u * i + 1u],
    rotations[4u * i + 2u],
    rotations[4u * i + 3u],
  );
  var s = vec3f(extents[3u * i], extents[3u * i + 1u], extents[3u * i + 2u]);
  if (RAW) {
    q /= max(length(q), 1e-12);
    s = exp(s);
  }
  s *= u.scale_modifier;
  let w = q.x;
  let x = q.y;
  let y = q.z;
  let z = q.w;
  let axes = mat3x3f(
    s.x * vec3f(1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y)),
    s.y * vec3f(2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x)),
    s.z * vec3f(2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y)),
  );
  return axes * transpose(axes);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  // Columns.
  var turn: mat3x3f;
  var shift = vec3f(0.0);
  for (var i = id.x; i < u.count; i += u.threads) {
    if (touched[i] == 0u) { continue; }
    let mean = vec3f(means[3u * i], means[3u * i + 1u], means[3u * i + 2u]);
    let dmean = vec3f(dmeans[3u * i], dmeans[3u * i + 1u], dmeans[3u * i + 2u]);
    let c = 6u * i;
    // An entry off the diagonal counts for both of its places, so twice the gradient has it as it is.
    let dcovariance = symmetric(
      2.0 * dcovariances[c],
      dcovariances[c + 1u],
      dcovariances[c + 2u],
      2.0 * dcovariances[c + 3u],
      dcovariances[c + 4u],
      2.0 * dcovariances[c + 5u],
    );
    let bent = dcovariance * covariance_of(i);
    turn += mat3x3f(mean.x * dmean, mean.y * dmean, mean.z * dmean) + bent;
    shift += dmean;
  }
  for (var k = 0u; k < 12u; k++) {
    var share = 0.0;
    if (k < 9u) {
      share = turn[k % 3u][k / 3u];
    } else {
      share = shift[k - 9u];
    }
    let total = workgroup_sum(share, lane);
    if (lane == 0u) {
      partials[12u * group.x + k] = total;
    }
  }
}
