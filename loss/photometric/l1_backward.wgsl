// dx = dloss scale sign(x - target) |mask|, 0 where both are equal; one value a thread.
struct Uniforms { count: u32, masked: u32, scale: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> goal: array<f32>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read> dloss: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  var d = dloss[0] * u.scale * sign(x[i] - goal[i]);
  if (u.masked == 1u) {
    d *= abs(mask[i]);
  }
  dx[i] = d;
}
