// scale = weight / deviation, shift = bias - mean scale; one thread owns one channel.
struct Uniforms { channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> moments: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> shift: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let channel = id.x + id.y * groups.x * 64u;
  if (channel >= u.channels) { return; }
  let factor = weight[channel] * moments[u.channels + channel];
  scale[channel] = factor;
  shift[channel] = bias[channel] - moments[channel] * factor;
}
