// dbias = sum of dz, dweight = sum of dz n by channel, n = normalised x [images, channels, plane], dz = dy slope;
// one thread owns one channel (software adapters: one dispatch, no barriers).
struct Uniforms { images: u32, channels: u32, plane: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read> moments: array<f32>;
@group(0) @binding(5) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(6) var<storage, read_write> dbias: array<f32>;

override ACTIVATION: u32 = 0u;
// Sums of short runs are added up apart: rounding grows with the length of a run.
const RUN = 64u;

@compute @workgroup_size(8)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let channel = id.x + id.y * groups.x * 8u;
  if (channel >= u.channels) { return; }
  let mean = moments[channel];
  let plane = u.plane / 4u;
  var total = vec4f(0.0);
  var weighted = vec4f(0.0);
  for (var image = 0u; image < u.images; image++) {
    var at = (image * u.channels + channel) * plane;
    let end = at + plane;
    while (at < end) {
      let run_end = min(end, at + RUN);
      var run = vec4f(0.0);
      var run_weighted = vec4f(0.0);
      for (; at < run_end; at++) {
        var dz = dy[at];
        if (ACTIVATION != 0u) {
          dz = before_activation(ACTIVATION, dz, y[at]);
        }
        run += dz;
        run_weighted += dz * (x[at] - mean);
      }
      total += run;
      weighted += run_weighted;
    }
  }
  dbias[channel] = (total.x + total.y) + (total.z + total.w);
  dweight[channel] = ((weighted.x + weighted.y) + (weighted.z + weighted.w)) *
    moments[u.channels + channel];
}
