// The features of this frame: those of Gaussians that were kept, zeros for those drawn; a thread owns one number.
struct Uniforms { count: u32, channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> features: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const FROM_PRIOR = 0x80000000u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.count) { return; }
  let row = rows[n / u.channels];
  var value = 0.0;
  if ((row & FROM_PRIOR) == 0u) { value = features[row * u.channels + n % u.channels]; }
  y[n] = value;
}
