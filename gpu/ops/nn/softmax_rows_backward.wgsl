// dx = y (dy - sum dy y), or dy - exp(y) sum dy for a logarithmic y; one workgroup owns one row.
struct Uniforms { rows: u32, length: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
override logarithmic: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let start = row * u.length;
  let end = start + u.length;
  var sum = 0.0;
  for (var k = start + lane; k < end; k += 64u) {
    if (logarithmic) {
      sum += dy[k];
    } else {
      sum += dy[k] * y[k];
    }
  }
  let total = workgroup_sum(sum, lane);
  for (var k = start + lane; k < end; k += 64u) {
    if (logarithmic) {
      dx[k] = dy[k] - exp(y[k]) * total;
    } else {
      dx[k] = y[k] * (dy[k] - total);
    }
  }
}
