// Which Gaussians stay, are doubled in place, or make way for two children (Kerbl et al. 2023, 5.2);
// one Gaussian a thread. A row that would be pruned right after is left out at once.
struct Uniforms {
  count: u32,
  // Least mean gradient by the place on the screen, of those that grow.
  threshold: f32,
  // Largest standard deviation of those that are doubled; larger ones are split.
  size: f32,
  least_opacity: f32,
  // Largest standard deviation of all, 0 for no limit.
  largest: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<vec2f>;
// Logarithms of standard deviations, three a Gaussian.
@group(0) @binding(2) var<storage, read> log_scales: array<f32>;
@group(0) @binding(3) var<storage, read> opacity: array<f32>;
@group(0) @binding(4) var<storage, read_write> stays: array<u32>;
@group(0) @binding(5) var<storage, read_write> doubles: array<u32>;
@group(0) @binding(6) var<storage, read_write> splits: array<u32>;
// What is split, whether or not the children would be pruned right after.
@group(0) @binding(7) var<storage, read_write> parents: array<u32>;
// Doubled, split, rows too faint, rows too large.
@group(0) @binding(8) var<storage, read_write> counts: array<atomic<u32>>;

// Children are smaller than their parent by 0.8 times their number.
const SHRINK = 1.6;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let sum = sums[i];
  let grows = sum.y > 0.0 && sum.x / sum.y >= u.threshold;
  let logs = vec3f(log_scales[3u * i], log_scales[3u * i + 1u], log_scales[3u * i + 2u]);
  let largest = exp(max(logs.x, max(logs.y, logs.z)));
  let doubled = grows && largest <= u.size;
  let split = grows && !doubled;
  let faint = 1.0 / (1.0 + exp(-opacity[i])) < u.least_opacity;
  let large = u.largest > 0.0 && select(largest, largest / SHRINK, split) > u.largest;
  let kept = !faint && !large;
  stays[i] = u32(kept && !split);
  doubles[i] = u32(kept && doubled);
  splits[i] = u32(kept && split);
  parents[i] = u32(split);
  let rows = 1u + u32(grows);
  if (doubled) { atomicAdd(&counts[0], 1u); }
  if (split) { atomicAdd(&counts[1], 1u); }
  if (faint) { atomicAdd(&counts[2], rows); }
  if (large && !faint) { atomicAdd(&counts[3], rows); }
}
