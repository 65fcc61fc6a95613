// y[row, c] = x[row, c], 0 for c >= channels; one thread owns one value.
struct Uniforms { rows: u32, channels: u32, padded: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.rows * u.padded) { return; }
  let channel = at % u.padded;
  var value = 0.0;
  if (channel < u.channels) {
    value = x[at / u.padded * u.channels + channel];
  }
  y[at] = value;
}
