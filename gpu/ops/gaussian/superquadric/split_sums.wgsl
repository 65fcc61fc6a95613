// Takes the four sums of each point apart; a thread owns one point.
struct Uniforms { points: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> probability: array<f32>;
@group(0) @binding(3) var<storage, read_write> transmittance: array<f32>;
@group(0) @binding(4) var<storage, read_write> occupancy: array<f32>;
@group(0) @binding(5) var<storage, read_write> density: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.points) { return; }
  let values = sums[n];
  probability[n] = values.x;
  transmittance[n] = values.y;
  occupancy[n] = values.z;
  density[n] = values.w;
}
