// y = semantics occupancy, and 1 - occupancy as class `empty`, or what is given for that, channels first; a thread owns one point.
struct Uniforms { points: u32, channels: u32, empty: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> semantics: array<f32>;
@group(0) @binding(2) var<storage, read> occupancy: array<f32>;
@group(0) @binding(3) var<storage, read> free: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override GIVEN: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.points) { return; }
  let full = occupancy[n];
  for (var c = 0u; c < u.channels; c++) {
    y[(c + u32(c >= u.empty)) * u.points + n] = semantics[n * u.channels + c] * full;
  }
  var rest = 1.0 - full;
  if (GIVEN) { rest = free[n]; }
  y[u.empty * u.points + n] = rest;
}
