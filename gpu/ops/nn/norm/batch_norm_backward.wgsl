// dx = weight / deviation (dz - mean(dz) - n mean(dz n)), n = normalised x; without the means unless TRAINING; one thread owns one value.
struct Uniforms {
  count: u32, plane: u32, channels: u32, first: u32, start_x: u32, start_dz: u32, start_dx: u32, inverse_count: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read> moments: array<f32>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> dweight: array<f32>;
@group(0) @binding(6) var<storage, read> dbias: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;

override TRAINING: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let channel = (u.first + index / u.plane) % u.channels;
  var gradient = dz[u.start_dz + index];
  if (TRAINING) {
    // dweight and dbias are the sums of dz n and of dz.
    let normalised = (x[u.start_x + index] - moments[channel]) * moments[u.channels + channel];
    gradient -= (dbias[channel] + normalised * dweight[channel]) * u.inverse_count;
  }
  dx[u.start_dx + index] = gradient * weight[channel] * moments[u.channels + channel];
}
