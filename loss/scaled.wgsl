// y = x scale dy, four values a thread.
struct Uniforms { size: u32, scale: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let first = 4u * (id.x + id.y * groups.x * 64u);
  let factor = u.scale * dy[0];
  for (var i = first; i < min(first + 4u, u.size); i++) {
    y[i] = factor * x[i];
  }
}
