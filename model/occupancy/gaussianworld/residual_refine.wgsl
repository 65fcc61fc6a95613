// New anchor = old anchor moved, grown, turned and recoloured by the refinement's raw output, history rows by their mode; a thread owns one Gaussian.
struct Uniforms {
  gaussians: u32, width: u32, mode: u32, temporal_scale: f32, dynamic_scale: f32,
  first_class: u32, classes: u32, moving: u32, step: vec3f,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> anchor: array<f32>;
// The first so many rows come from the frame before.
@group(0) @binding(3) var<storage, read> history: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let a = g * u.width;
  let part = part_of(g);
  weights[g] = select(0.0, part.place, part.dynamic);
  let old = vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u]);
  let delta = part.place * vec3f(raw[a], raw[a + 1u], raw[a + 2u]);
  // In fractions of the range, where the step is a fraction too.
  let moved = safe_tanh_half(delta) * u.step;
  let place = safe_logit(safe_sigmoid(old) + moved, safe_sigmoid(-old) - moved);
  for (var axis = 0u; axis < 3u; axis++) {
    y[a + axis] = place[axis];
  }
  for (var column = 3u; column < u.width; column++) {
    y[a + column] = anchor[a + column] + part.rest * raw[a + column];
  }
  let turned = turned_by(part.rest * quaternion_at(a, true), quaternion_at(a, false));
  for (var axis = 0u; axis < 4u; axis++) {
    y[a + 6u + axis] = turned[axis];
  }
}

// The turn comes first from the left; without one it is the identity.
fn turned_by(turn: vec4f, old: vec4f) -> vec4f {
  return normalized(multiplied(normalized(turn + vec4f(NO_TURN, 0.0, 0.0, 0.0)), old));
}

fn quaternion_at(a: u32, of_raw: bool) -> vec4f {
  let at = a + 6u;
  if (of_raw) { return vec4f(raw[at], raw[at + 1u], raw[at + 2u], raw[at + 3u]); }
  return vec4f(anchor[at], anchor[at + 1u], anchor[at + 2u], anchor[at + 3u]);
}
