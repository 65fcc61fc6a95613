// dweight = sum over rows of dy n, dbias = sum of dy; one workgroup owns one channel.
struct Uniforms { channels: u32, rows: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> stats: array<vec2f>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(5) var<storage, read_write> dbias: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.x + group.y * groups.x;
  if (channel >= u.channels) { return; }
  var weighted = 0.0;
  var sum = 0.0;
  for (var row = lane; row < u.rows; row += 64u) {
    let at = row * u.channels + channel;
    let normalised = (x[at] - stats[row].x) * stats[row].y;
    weighted += dy[at] * normalised;
    sum += dy[at];
  }
  let total_weighted = workgroup_sum(weighted, lane);
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) {
    dweight[channel] = total_weighted;
    dbias[channel] = total;
  }
}
