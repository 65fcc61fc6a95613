// New anchor and Gaussian from the refinement's raw output and the old anchor; a thread owns one Gaussian.
struct Uniforms {
  gaussians: u32, width: u32, opacity: u32, softplus: u32,
  low: vec3f, scale_low: f32, range: vec3f, scale_range: f32, step: vec3f, margin: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> anchor: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;
@group(0) @binding(5) var<storage, read_write> scales: array<f32>;
@group(0) @binding(6) var<storage, read_write> rotations: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> opacities: array<f32>;
@group(0) @binding(8) var<storage, read_write> semantics: array<f32>;

// Version 1 moves the position's logit, version 2 the position in metres.
override METRIC: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let a = g * u.width;
  let old = vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u]);
  let moved = safe_tanh_half(vec3f(raw[a], raw[a + 1u], raw[a + 2u])) * u.step;
  var position = old + moved;
  if (METRIC) {
    // In fractions of the range, where the step is a fraction too.
    position = safe_logit_within(safe_sigmoid(old) + moved, safe_sigmoid(-old) - moved, u.margin);
  }
  let mean = fma(safe_sigmoid(position), u.range, u.low);
  let size = vec3f(raw[a + 3u], raw[a + 4u], raw[a + 5u]);
  let scale = u.scale_low + u.scale_range * safe_sigmoid(size);
  let rotation = normalized(vec4f(raw[a + 6u], raw[a + 7u], raw[a + 8u], raw[a + 9u]));
  for (var axis = 0u; axis < 3u; axis++) {
    y[a + axis] = position[axis];
    y[a + 3u + axis] = size[axis];
    means[3u * g + axis] = mean[axis];
    scales[3u * g + axis] = scale[axis];
  }
  for (var axis = 0u; axis < 4u; axis++) {
    y[a + 6u + axis] = rotation[axis];
  }
  rotations[g] = rotation;
  let first = 10u + u.opacity;
  if (u.opacity != 0u) {
    y[a + 10u] = raw[a + 10u];
    opacities[g] = safe_sigmoid(vec3f(raw[a + 10u])).x;
  }
  for (var column = first; column < u.width; column++) {
    let value = raw[a + column];
    y[a + column] = value;
    var activated = value;
    if (u.softplus != 0u && value <= 20.0) {
      // log(1 + e^x) without loss for large negative x.
      activated = max(value, 0.0) + log1p_exp(-abs(value));
    }
    semantics[g * (u.width - first) + column - first] = activated;
  }
}

// log(1 + exp(x)) for x <= 0; a series where 1 + exp(x) would round the small part away.
fn log1p_exp(x: f32) -> f32 {
  let e = exp(x);
  return select(log(1.0 + e), e * (1.0 - e * (0.5 - e * (1.0 / 3.0 - 0.25 * e))), e < 0.02);
}
