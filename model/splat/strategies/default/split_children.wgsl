// Children of a Gaussian: mean += R(q) (noise * scale), scale /= 1.6, in place; one child a thread.
struct Uniforms {
  // Row of the first child.
  first: u32,
  count: u32,
  // Row of its noise.
  draw: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> means: array<f32>;
@group(0) @binding(2) var<storage, read_write> log_scales: array<f32>;
@group(0) @binding(3) var<storage, read> rotations: array<vec4f>;
// Standard normal, three a child.
@group(0) @binding(4) var<storage, read> noise: array<f32>;

const LOG_SHRINK = 0.4700036292457356; // ln 1.6

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let child = id.x + id.y * groups.x * 64u;
  if (child >= u.count) { return; }
  let i = u.first + child;
  let logs = vec3f(log_scales[3u * i], log_scales[3u * i + 1u], log_scales[3u * i + 2u]);
  let n = 3u * (u.draw + child);
  let draw = vec3f(noise[n], noise[n + 1u], noise[n + 2u]);
  // The rows of R stand as columns, so the vector goes on the left.
  let offset = (draw * exp(logs)) * rotation_rows(normalized(rotations[i]));
  for (var k = 0u; k < 3u; k++) {
    means[3u * i + k] += offset[k];
    log_scales[3u * i + k] = logs[k] - LOG_SHRINK;
  }
}
