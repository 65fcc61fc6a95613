// Marks Gaussians too faint to be seen, and weighs the others by their opacity; one Gaussian a thread.
struct Uniforms {
  count: u32,
  // Opacity of the faintest that lives.
  least: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
// Logits.
@group(0) @binding(1) var<storage, read> opacity: array<f32>;
@group(0) @binding(2) var<storage, read_write> dead: array<u32>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let o = 1.0 / (1.0 + exp(-opacity[i]));
  let lives = o > u.least;
  dead[i] = u32(!lives);
  weights[i] = select(0.0, o, lives);
}
