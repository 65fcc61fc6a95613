// dlogit = w (g.v - g.y) by group, dlocation = sum of w g.dv/d(u, v); a workgroup owns a run of Gaussians, SLOTS (point, camera) pairs at a time.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  gaussians: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, pixels: u32, run: u32, gain: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<vec4f>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> keep: array<u32>;
@group(0) @binding(4) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(5) var<storage, read> per_camera: array<f32>;
@group(0) @binding(6) var<storage, read> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read> y: array<vec4f>;
@group(0) @binding(8) var<storage, read> dy: array<vec4f>;
// All three are zero before; the entry (level, group) of any of them belongs to one thread.
@group(0) @binding(9) var<storage, read_write> dlocation: array<f32>;
@group(0) @binding(10) var<storage, read_write> dper_gaussian: array<f32>;
@group(0) @binding(11) var<storage, read_write> dper_camera_runs: array<f32>;

override LEVELS: u32;
override WHOLE_SOFTMAX: bool = false;
// Threads; those of one slot, one for 4 channels each; slots; (point, camera) pairs of a Gaussian.
override SIZE: u32;
override VECTORS: u32;
override SLOTS: u32;
override PAIRS: u32;
// (LEVELS + 2) SIZE: each thread's share of g.v for every level, and of dlocation.
override SHARES: u32;

var<workgroup> words: array<u32, PAIRS>;
var<workgroup> list: array<u32, PAIRS>;
var<workgroup> count: u32;
var<workgroup> shares: array<f32, SHARES>;

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let run = workgroup.x + workgroup.y * workgroups.x;
  let first = min(run * u.run, u.gaussians);
  let end = min(first + u.run, u.gaussians);
  let entries = LEVELS * u.points * u.groups;
  let slot = thread / VECTORS;
  let lane = thread % VECTORS;
  let lanes = VECTORS / u.groups;
  let group = lane / lanes;
  let owner = thread < LEVELS * u.groups;
  let owned_level = thread / u.groups;
  let owned_group = thread % u.groups;
  for (var gaussian = first; gaussian < end; gaussian++) {
    for (var pair = thread; pair < PAIRS; pair += SIZE) {
      words[pair] = keep[gaussian * PAIRS + pair];
    }
    var gradient = vec4f(0.0);
    if (slot < SLOTS) {
      gradient = u.gain * dy[gaussian * VECTORS + lane];
      shares[thread] = dot(dy[gaussian * VECTORS + lane], y[gaussian * VECTORS + lane]);
    }
    workgroupBarrier();
    compact(thread);
    // g.y of the owned group: what the softmax takes from every one of its weights' gradients.
    var taken = 0.0;
    var owned_stat = vec2f(0.0);
    if (owner) {
      for (var i = 0u; i < lanes; i++) {
        taken += shares[owned_group * lanes + i];
      }
      owned_stat = stats[gaussian * u.groups + owned_group];
    }
    let stat = stats[gaussian * u.groups + min(group, u.groups - 1u)];
    let listed = workgroupUniformLoad(&count);
    for (var round = 0u; round < listed; round += SLOTS) {
      if (slot < SLOTS && round + slot < listed) {
        share(gaussian, list[round + slot], gradient, vec4u(thread, lane, group, 0u), stat);
      }
      workgroupBarrier();
      for (var s = 0u; s < min(SLOTS, listed - round); s++) {
        let pair = list[round + s];
        let point = pair / u.cameras;
        let camera = pair % u.cameras;
        let kept = ((words[pair] >> thread) & 1u) != 0u;
        if (owner && (kept || WHOLE_SOFTMAX)) {
          let entry = (owned_level * u.points + point) * u.groups + owned_group;
          let at = gaussian * u.gaussian_stride + camera * u.camera_stride + entry;
          let logit = per_gaussian[at] + per_camera[camera * entries + entry];
          var sum = 0.0;
          if (kept) {
            for (var i = 0u; i < lanes; i++) {
              sum += shares[owned_level * SIZE + s * VECTORS + owned_group * lanes + i];
            }
          }
          let dlogit = exp(logit - owned_stat.x) * owned_stat.y * (sum - taken);
          dper_gaussian[at] += dlogit;
          dper_camera_runs[(run * u.cameras + camera) * entries + entry] += dlogit;
        }
      }
      for (var i = thread; i < 2u * min(SLOTS, listed - round); i += SIZE) {
        let s = i / 2u;
        var sum = 0.0;
        for (var j = 0u; j < VECTORS; j++) {
          sum += shares[(LEVELS + i % 2u) * SIZE + s * VECTORS + j];
        }
        dlocation[2u * (gaussian * PAIRS + list[round + s]) + i % 2u] = sum;
      }
      workgroupBarrier();
    }
  }
}

// Lists the pairs that count, in order.
fn compact(thread: u32) {
  for (var pair = thread; pair < PAIRS; pair += SIZE) {
    var rank = 0u;
    for (var before = 0u; before < pair; before++) {
      rank += select(0u, 1u, WHOLE_SOFTMAX || words[before] != 0u);
    }
    let listed = WHOLE_SOFTMAX || words[pair] != 0u;
    if (listed) {
      list[rank] = pair;
    }
    if (pair == PAIRS - 1u) {
      count = rank + select(0u, 1u, listed);
    }
  }
}

// Computes this thread's shares for one pair; `who` is (thread, lane, group).
fn share(gaussian: u32, pair: u32, gradient: vec4f, who: vec4u, stat: vec2f) {
  let entries = LEVELS * u.points * u.groups;
  let point = pair / u.cameras;
  let camera = pair % u.cameras;
  let word = words[pair];
  let uv = location[gaussian * PAIRS + pair];
  var slope = vec2f(0.0);
  for (var level = 0u; level < LEVELS; level++) {
    if (((word >> (level * u.groups + who.z)) & 1u) == 0u) { continue; }
    let entry = (level * u.points + point) * u.groups + who.z;
    let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
      per_camera[camera * entries + entry];
    let weight = exp(logit - stat.x) * stat.y;
    let shape = level_of(level);
    let corners = corners_of(level_position(uv, shape), shape);
    let base = camera * u.pixels + shape.z;
    let products = vec4f(
      dot(gradient, features[(base + corners.pixels.x) * VECTORS + who.y]),
      dot(gradient, features[(base + corners.pixels.y) * VECTORS + who.y]),
      dot(gradient, features[(base + corners.pixels.z) * VECTORS + who.y]),
      dot(gradient, features[(base + corners.pixels.w) * VECTORS + who.y]),
    );
    shares[level * SIZE + who.x] = dot(corners.weights, products);
    slope += weight * vec2f(f32(shape.y), f32(shape.x)) *
      vec2f(dot(corners.slopes_x, products), dot(corners.slopes_y, products));
  }
  shares[LEVELS * SIZE + who.x] = slope.x;
  shares[(LEVELS + 1u) * SIZE + who.x] = slope.y;
}
