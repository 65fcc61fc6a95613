// chosen[i] = the point farthest from chosen[0..i], starting with point 0; one workgroup owns it all.
struct Uniforms { samples: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> count: array<u32>;
// Position, and squared distance to the nearest chosen point.
@group(0) @binding(3) var<storage, read_write> places: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> chosen: array<u32>;

override SIZE: u32;
var<workgroup> distances: array<f32, SIZE>;
var<workgroup> candidates: array<u32, SIZE>;

// The reference's order among equal distances: blocks of a power of two of threads take the points in
// turn, each keeps its first, and halving keeps the lower of two threads, which prefers low bits of 0.
fn rank(point: u32, threads: u32) -> u32 {
  return reverseBits(point % threads) | (point / threads);
}

@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  let n = count[0];
  let threads = 1u << min(10u, firstLeadingBit(max(n, 1u)));
  for (var k = lane; k < n; k += SIZE) {
    places[k] = vec4f(points[3u * k], points[3u * k + 1u], points[3u * k + 2u], 1e10);
  }
  var last = 0u;
  if (lane == 0u && u.samples > 0u) {
    chosen[0] = 0u;
  }
  for (var i = 1u; i < u.samples; i++) {
    let origin = vec3f(points[3u * last], points[3u * last + 1u], points[3u * last + 2u]);
    var farthest = -1.0;
    var best = 0u;
    for (var k = lane; k < n; k += SIZE) {
      let place = places[k];
      let away = place.xyz - origin;
      let distance = min(dot(away, away), place.w);
      if (distance < place.w) {
        places[k].w = distance;
      }
      if (distance > farthest || (distance == farthest && rank(k, threads) < rank(best, threads))) {
        farthest = distance;
        best = k;
      }
    }
    distances[lane] = farthest;
    candidates[lane] = best;
    workgroupBarrier();
    for (var half = SIZE / 2u; half > 0u; half /= 2u) {
      if (lane < half) {
        let other = distances[lane + half];
        let point = candidates[lane + half];
        if (other > farthest || (other == farthest && rank(point, threads) < rank(best, threads))) {
          farthest = other;
          best = point;
          distances[lane] = farthest;
          candidates[lane] = best;
        }
      }
      workgroupBarrier();
    }
    last = workgroupUniformLoad(&candidates[0]);
    if (lane == 0u) {
      chosen[i] = last;
    }
  }
}
