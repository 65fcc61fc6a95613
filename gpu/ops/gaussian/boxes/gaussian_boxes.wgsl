// box = cells within a radius (in cells, rounded up) of a Gaussian's cell, cut to the grid; a thread owns one Gaussian.
struct Uniforms { size: vec3u, gaussians: u32, origin: vec3f, cell: f32, multiplier: f32, smallest: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read_write> boxes: array<i32>;

override PER_AXIS: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let mean = vec3f(means[3u * g], means[3u * g + 1u], means[3u * g + 2u]);
  var scale = vec3f(scales[3u * g], scales[3u * g + 1u], scales[3u * g + 2u]);
  if (!PER_AXIS) {
    scale = vec3f(max(scale.x, max(scale.y, scale.z)));
  }
  // Truncated towards zero, as upstream: up to one cell below the origin counts as cell 0.
  let center = vec3i((mean - u.origin) / u.cell);
  let radius = vec3i(max(ceil(scale * u.multiplier / u.cell), vec3f(u.smallest)));
  let low = max(center - radius, vec3i(0));
  let high = min(center + radius, vec3i(u.size) - 1);
  for (var axis = 0u; axis < 3u; axis++) {
    boxes[6u * g + axis] = low[axis];
    boxes[6u * g + 3u + axis] = high[axis];
  }
}
