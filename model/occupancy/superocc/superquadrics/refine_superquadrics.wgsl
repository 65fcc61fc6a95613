// Superquadrics from a layer's raw output and where their query was; a thread owns one superquadric.
struct Uniforms {
  low: vec3f, count: u32, range: vec3f, each: u32, step: vec3f, scale_low: f32,
  exponent_low: vec2f, exponent_range: vec2f, scale_range: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> centres: array<f32>;
@group(0) @binding(3) var<storage, read_write> points: array<f32>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;
@group(0) @binding(5) var<storage, read_write> scales: array<f32>;
@group(0) @binding(6) var<storage, read_write> rotations: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> opacities: array<f32>;
@group(0) @binding(8) var<storage, read_write> exponents: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let a = 13u * g;
  let c = 3u * (g / u.each);
  let centre = vec3f(centres[c], centres[c + 1u], centres[c + 2u]);
  let point = place_of(vec3f(raw[a], raw[a + 1u], raw[a + 2u]), centre);
  let mean = fma(point, u.range, u.low);
  let scale = u.scale_low + u.scale_range * safe_sigmoid(vec3f(raw[a + 3u], raw[a + 4u], raw[a + 5u]));
  for (var axis = 0u; axis < 3u; axis++) {
    points[3u * g + axis] = point[axis];
    means[3u * g + axis] = mean[axis];
    scales[3u * g + axis] = scale[axis];
  }
  rotations[g] = normalized(vec4f(raw[a + 6u], raw[a + 7u], raw[a + 8u], raw[a + 9u]));
  let rest = safe_sigmoid(vec3f(raw[a + 10u], raw[a + 11u], raw[a + 12u]));
  opacities[g] = rest.x;
  exponents[g] = fma(rest.yz, u.exponent_range, u.exponent_low);
}
