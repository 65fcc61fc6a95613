// Gradients of the refinement's raw output and of the old anchor; a thread owns one Gaussian.
struct Uniforms {
  gaussians: u32, width: u32, opacity: u32, softplus: u32,
  range: vec3f, scale_range: f32, step: vec3f, given: u32,
  // Where each gradient begins in `parts`.
  dmeans: u32, dscales: u32, drotations: u32, dopacities: u32, dsemantics: u32,
  margin: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> anchor: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
// Gradients of means, scales, rotations, opacities and semantics: eight bindings are all that there are everywhere.
@group(0) @binding(4) var<storage, read> parts: array<f32>;
@group(0) @binding(5) var<storage, read_write> draw: array<f32>;
@group(0) @binding(6) var<storage, read_write> danchor: array<f32>;

override METRIC: bool;

// Bits of `given`: whether there is a dy, and which gradients there are in the order of `parts`.
fn has(bit: u32) -> bool {
  return ((u.given >> bit) & 1u) != 0u;
}

fn part3(at: u32) -> vec3f {
  return vec3f(parts[at], parts[at + 1u], parts[at + 2u]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let a = g * u.width;
  let first = 10u + u.opacity;
  // What comes back through the new anchor.
  for (var column = 0u; column < u.width; column++) {
    draw[a + column] = select(0.0, dy[a + column], has(0u));
    danchor[a + column] = 0.0;
  }
  let old = vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u]);
  let delta = vec3f(raw[a], raw[a + 1u], raw[a + 2u]);
  let size = vec3f(raw[a + 3u], raw[a + 4u], raw[a + 5u]);
  let moved = safe_tanh_half(delta) * u.step;
  let fraction = safe_sigmoid(old) + moved;
  let rest = safe_sigmoid(-old) - moved;
  var position = old + moved;
  if (METRIC) {
    position = safe_logit_within(fraction, rest, u.margin);
  }
  var dposition = vec3f(draw[a], draw[a + 1u], draw[a + 2u]);
  if (has(1u)) {
    dposition += part3(u.dmeans + 3u * g) *
      u.range * safe_sigmoid_slope(position);
  }
  var dold = dposition;
  if (METRIC) {
    dposition *= safe_logit_slope_within(fraction, rest, u.margin);
    dold = dposition * safe_sigmoid_slope(old);
  }
  let ddelta = dposition * 2.0 * u.step * safe_sigmoid_slope(delta);
  var dsize = vec3f(0.0);
  if (has(2u)) {
    dsize = part3(u.dscales + 3u * g) *
      u.scale_range * safe_sigmoid_slope(size);
  }
  for (var axis = 0u; axis < 3u; axis++) {
    danchor[a + axis] = dold[axis];
    draw[a + axis] = ddelta[axis];
    draw[a + 3u + axis] += dsize[axis];
  }
  let q = vec4f(raw[a + 6u], raw[a + 7u], raw[a + 8u], raw[a + 9u]);
  var dunit = vec4f(draw[a + 6u], draw[a + 7u], draw[a + 8u], draw[a + 9u]);
  for (var axis = 0u; axis < 4u; axis++) {
    dunit[axis] += select(0.0, parts[u.drotations + 4u * g + axis], has(3u));
  }
  let dq = normalized_backward(q, dunit);
  for (var axis = 0u; axis < 4u; axis++) {
    draw[a + 6u + axis] = dq[axis];
  }
  if (u.opacity != 0u && has(4u)) {
    draw[a + 10u] += parts[u.dopacities + g] * safe_sigmoid_slope(vec3f(raw[a + 10u])).x;
  }
  if (has(5u)) {
    for (var column = first; column < u.width; column++) {
      var slope = 1.0;
      if (u.softplus != 0u && raw[a + column] <= 20.0) {
        slope = 1.0 / (1.0 + exp(-raw[a + column]));
      }
      draw[a + column] += slope * parts[u.dsemantics + g * (u.width - first) + column - first];
    }
  }
}
