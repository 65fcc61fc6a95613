// Gradients of the refinement's raw output and of the old anchor; a thread owns one Gaussian.
struct Uniforms {
  gaussians: u32, width: u32, mode: u32, temporal_scale: f32, dynamic_scale: f32,
  first_class: u32, classes: u32, moving: u32, step: vec3f,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> anchor: array<f32>;
@group(0) @binding(3) var<storage, read> history: array<u32>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> draw: array<f32>;
@group(0) @binding(6) var<storage, read_write> danchor: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let a = g * u.width;
  let part = part_of(g);
  for (var column = 3u; column < u.width; column++) {
    danchor[a + column] = dy[a + column];
    draw[a + column] = part.rest * dy[a + column];
  }
  let old = vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u]);
  let given = vec3f(raw[a], raw[a + 1u], raw[a + 2u]);
  let delta = part.place * given;
  let moved = safe_tanh_half(delta) * u.step;
  let fraction = safe_sigmoid(old) + moved;
  let rest = safe_sigmoid(-old) - moved;
  let dfraction = vec3f(dy[a], dy[a + 1u], dy[a + 2u]) * safe_logit_slope(fraction, rest);
  let dold = dfraction * safe_sigmoid_slope(old);
  let ddelta = dfraction * 2.0 * u.step * safe_sigmoid_slope(delta);
  for (var axis = 0u; axis < 3u; axis++) {
    danchor[a + axis] = dold[axis];
    draw[a + axis] = ddelta[axis] * part.place;
  }
  if (part.dynamic && part.place != 0.0) {
    // softplus' of the largest class.
    let slope = u.dynamic_scale / 10.0 / (1.0 + exp(-anchor[a + part.column]));
    danchor[a + part.column] += dot(ddelta, given) * slope;
  }
  let at = a + 6u;
  let turn = part.rest * vec4f(raw[at], raw[at + 1u], raw[at + 2u], raw[at + 3u]) +
    vec4f(NO_TURN, 0.0, 0.0, 0.0);
  let before = vec4f(anchor[at], anchor[at + 1u], anchor[at + 2u], anchor[at + 3u]);
  let unit = normalized(turn);
  let product = multiplied(unit, before);
  let dproduct =
    normalized_backward(product, vec4f(dy[at], dy[at + 1u], dy[at + 2u], dy[at + 3u]));
  // The product is linear in each factor: its transpose is a product with the other's conjugate.
  let dunit = multiplied(dproduct, conjugate(before));
  let dbefore = multiplied(conjugate(unit), dproduct);
  let dturn = part.rest * normalized_backward(turn, dunit);
  for (var axis = 0u; axis < 4u; axis++) {
    draw[at + axis] = dturn[axis];
    danchor[at + axis] = dbefore[axis];
  }
}

fn conjugate(q: vec4f) -> vec4f {
  return vec4f(q.x, -q.yzw);
}
