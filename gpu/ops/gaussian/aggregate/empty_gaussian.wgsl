// y of one channel += value e of a Gaussian that reaches every point, or dy e backward; a thread owns one point.
struct Uniforms {
  size: vec3u, points: u32, origin: vec3f, cell: f32, mean: vec3f, channel: u32,
  scale: vec3f, channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> positions: array<f32>;
// The value forward, dy backward.
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override GRID: bool;
override BACKWARD: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.points) { return; }
  var position: vec3f;
  if (GRID) {
    let voxel = vec3u(n / (u.size.y * u.size.z), (n / u.size.z) % u.size.y, n % u.size.z);
    position = fma(vec3f(voxel) + 0.5, vec3f(u.cell), u.origin);
  } else {
    position = vec3f(positions[3u * n], positions[3u * n + 1u], positions[3u * n + 2u]);
  }
  let d = (u.mean - position) / u.scale;
  let e = exp(-0.5 * dot(d, d));
  let at = n * u.channels + u.channel;
  if (BACKWARD) {
    y[n] = x[at] * e;
  } else {
    y[at] += x[0] * e;
  }
}
