// dx = weight / deviation (dz - mean(dz) - n mean(dz n)), n = normalised x, dz = dy slope; without the means
// unless TRAINING; one thread owns one element.
struct Uniforms {
  count: u32, plane: u32, channels: u32, first: u32,
  start_x: u32, start_y: u32, start_dy: u32, start_dx: u32, inverse_count: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> y: array<Element>;
@group(0) @binding(3) var<storage, read> dy: array<Element>;
@group(0) @binding(4) var<storage, read> moments: array<f32>;
@group(0) @binding(5) var<storage, read> weight: array<f32>;
@group(0) @binding(6) var<storage, read> dweight: array<f32>;
@group(0) @binding(7) var<storage, read> dbias: array<f32>;
@group(0) @binding(8) var<storage, read_write> dx: array<Element>;

override TRAINING: bool = false;
override ACTIVATION: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let channel = (u.first + index / u.plane) % u.channels;
  var gradient = dy[u.start_dy + index];
  if (ACTIVATION != 0u) {
    gradient = before_activation(ACTIVATION, gradient, y[u.start_y + index]);
  }
  if (TRAINING) {
    // dweight and dbias are the sums of dz n and of dz.
    let normalised = (x[u.start_x + index] - moments[channel]) * moments[u.channels + channel];
    gradient -= (dbias[channel] + normalised * dweight[channel]) * u.inverse_count;
  }
  dx[u.start_dx + index] = gradient * weight[channel] * moments[u.channels + channel];
}
