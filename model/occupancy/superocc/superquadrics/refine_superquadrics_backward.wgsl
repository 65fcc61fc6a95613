// draw from the gradients of a superquadric's parts, of which `given` says which there are; a thread owns one superquadric.
struct Uniforms {
  low: vec3f, count: u32, range: vec3f, each: u32, step: vec3f, given: u32,
  exponent_range: vec2f, scale_range: f32,
  // First numbers in `parts`.
  dmeans: u32, dscales: u32, drotations: u32, dopacities: u32, dexponents: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> centres: array<f32>;
@group(0) @binding(3) var<storage, read> parts: array<f32>;
@group(0) @binding(4) var<storage, read_write> draw: array<f32>;

fn part3(bit: u32, first: u32, g: u32) -> vec3f {
  if ((u.given & (1u << bit)) == 0u) { return vec3f(0.0); }
  let at = first + 3u * g;
  return vec3f(parts[at], parts[at + 1u], parts[at + 2u]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let a = 13u * g;
  let c = 3u * (g / u.each);
  let moved = vec3f(raw[a], raw[a + 1u], raw[a + 2u]);
  let place = unclamped_place(moved, vec3f(centres[c], centres[c + 1u], centres[c + 2u]));
  // Nothing flows back where it was kept within the range.
  let inside = (place > vec3f(NEAREST_BORDER)) & (place < vec3f(1.0 - NEAREST_BORDER));
  let dmean = select(vec3f(0.0), part3(0u, u.dmeans, g), inside);
  // 2 sigmoid(x) - 1 has twice the sigmoid's slope.
  let dmoved = dmean * u.step * 2.0 * safe_sigmoid_slope(moved);
  let dscale = part3(1u, u.dscales, g) * u.scale_range *
    safe_sigmoid_slope(vec3f(raw[a + 3u], raw[a + 4u], raw[a + 5u]));
  for (var axis = 0u; axis < 3u; axis++) {
    draw[a + axis] = dmoved[axis];
    draw[a + 3u + axis] = dscale[axis];
  }
  var drotation = vec4f(0.0);
  if ((u.given & 4u) != 0u) {
    let at = u.drotations + 4u * g;
    drotation = normalized_backward(
      vec4f(raw[a + 6u], raw[a + 7u], raw[a + 8u], raw[a + 9u]),
      vec4f(parts[at], parts[at + 1u], parts[at + 2u], parts[at + 3u]),
    );
  }
  for (var axis = 0u; axis < 4u; axis++) {
    draw[a + 6u + axis] = drotation[axis];
  }
  var rest = vec3f(0.0);
  if ((u.given & 8u) != 0u) { rest.x = parts[u.dopacities + g]; }
  if ((u.given & 16u) != 0u) {
    let at = u.dexponents + 2u * g;
    rest = vec3f(rest.x, vec2f(parts[at], parts[at + 1u]) * u.exponent_range);
  }
  rest *= safe_sigmoid_slope(vec3f(raw[a + 10u], raw[a + 11u], raw[a + 12u]));
  draw[a + 10u] = rest.x;
  draw[a + 11u] = rest.y;
  draw[a + 12u] = rest.z;
}
