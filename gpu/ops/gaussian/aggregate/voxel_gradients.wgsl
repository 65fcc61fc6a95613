// record = (dy.y / P, doccupancy (1 - occupancy), ddensity, dy0 / P), (dy1 .. dy4) / P, ...; centered: y0 first and (y1 .. y4), ... last; a thread owns one point.
struct Uniforms { points: u32, channels: u32, quads: u32, given: vec3u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> probability: array<f32>;
@group(0) @binding(4) var<storage, read> transmittance: array<f32>;
@group(0) @binding(5) var<storage, read> doccupancy: array<f32>;
@group(0) @binding(6) var<storage, read> ddensity: array<f32>;
@group(0) @binding(7) var<storage, read_write> records: array<vec4f>;

override ADDITIVE: bool;
// Whether the outputs are told apart, so that those of a Gaussian can be taken from them one by one.
override CENTERED: bool;
const LEAST = 1e-9;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.points) { return; }
  var scale = 1.0;
  var head = vec4f(0.0);
  if (!ADDITIVE) {
    // Where the uniform distribution stands in, nothing flows to the Gaussians.
    scale = select(0.0, 1.0 / probability[n], probability[n] > LEAST);
    if (u.given.y != 0u) { head.y = doccupancy[n] * transmittance[n]; }
    if (u.given.z != 0u) { head.z = ddensity[n]; }
  }
  if (u.given.x == 0u) { scale = 0.0; }
  let start = n * (1u + u.quads * select(1u, 2u, CENTERED));
  var mean = 0.0;
  for (var quad = 0u; quad < u.quads; quad++) {
    var values = vec4f(0.0);
    for (var i = 0u; i < 4u; i++) {
      let channel = 1u + 4u * quad + i;
      if (scale != 0.0 && channel < u.channels) {
        let value = scale * dy[n * u.channels + channel];
        values[i] = value;
        mean += value * y[n * u.channels + channel];
      }
    }
    records[start + 1u + quad] = values;
    if (CENTERED) {
      var outputs = vec4f(0.0);
      for (var i = 0u; i < 4u; i++) {
        let channel = 1u + 4u * quad + i;
        if (channel < u.channels) {
          outputs[i] = y[n * u.channels + channel];
        }
      }
      records[start + 1u + u.quads + quad] = outputs;
    }
  }
  if (scale != 0.0) {
    head.w = scale * dy[n * u.channels];
    if (!ADDITIVE) {
      let first = y[n * u.channels];
      head.x = select(fma(head.w, first, mean), first, CENTERED);
    }
  }
  records[start] = head;
}
