// y = activation(weight (x - mean) / deviation + bias) by channel; one thread owns one element.
struct Uniforms { count: u32, plane: u32, channels: u32, first: u32, start_x: u32, start_y: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<Element>;

override ACTIVATION: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let channel = (u.first + index / u.plane) % u.channels;
  let normalised = (x[u.start_x + index] - moments[channel]) * moments[u.channels + channel];
  let z = fma(normalised, Element(weight[channel]), Element(bias[channel]));
  y[u.start_y + index] = activate_element(ACTIVATION, z);
}
