// Metres from a position's logits or fractions, or their gradients; a thread owns one position.
struct Uniforms { low: vec3f, count: u32, range: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override BACKWARD: bool;
// 0: safe sigmoid; 1: fractions clamped to [1e-6, 1 - 1e-6]; 2: radius, polar angle and azimuth by
// safe sigmoids; 3: the same with the azimuth's fraction taken modulo 1; 4: metres to logits.
override KIND: u32;

fn fraction(t: vec3f) -> vec3f {
  if (KIND == 1u) { return clamp(t, vec3f(1e-6), vec3f(1.0 - 1e-6)); }
  let y = safe_sigmoid(t);
  if (KIND == 3u) { return vec3f(y.xy, t.z - floor(t.z)); }
  return y;
}

fn fraction_slope(t: vec3f) -> vec3f {
  if (KIND == 1u) {
    return select(vec3f(0.0), vec3f(1.0), (t > vec3f(1e-6)) & (t < vec3f(1.0 - 1e-6)));
  }
  let y = safe_sigmoid_slope(t);
  if (KIND == 3u) { return vec3f(y.xy, 1.0); }
  return y;
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let t = vec3f(x[3u * i], x[3u * i + 1u], x[3u * i + 2u]);
  var gradient = vec3f(1.0);
  if (BACKWARD) {
    gradient = vec3f(dy[3u * i], dy[3u * i + 1u], dy[3u * i + 2u]);
  }
  var value: vec3f;
  var slope: vec3f;
  if (KIND == 4u) {
    let p = (t - u.low) / u.range;
    let rest = (u.low + u.range - t) / u.range;
    value = safe_logit(p, rest);
    slope = gradient * safe_logit_slope(p, rest) / u.range;
  } else {
    let place = fma(fraction(t), u.range, u.low);
    value = place;
    slope = gradient;
    if (KIND >= 2u) {
      let turned = sin_cos(vec4f(place, 0.0));
      let s = turned.sine.xyz;
      let c = turned.cosine.xyz;
      let unit = vec3f(s.y * c.z, s.y * s.z, c.y);
      value = place.x * unit;
      slope = vec3f(
        dot(gradient, unit),
        place.x * dot(gradient, vec3f(c.y * c.z, c.y * s.z, -s.y)),
        place.x * dot(gradient.xy, vec2f(-unit.y, unit.x)),
      );
    }
    slope *= u.range * fraction_slope(t);
  }
  let result = select(value, slope, BACKWARD);
  y[3u * i] = result.x;
  y[3u * i + 1u] = result.y;
  y[3u * i + 2u] = result.z;
}
