// point = R^T (offset scale) + mean, offsets fixed or (safe_sigmoid(learned) - 1/2) factor; a thread owns one point.
struct Uniforms {
  gaussians: u32, width: u32, fixed: u32, learned: u32,
  low: vec3f, factor: f32, range: vec3f, scale_low: f32, scale_range: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> anchor: array<f32>;
@group(0) @binding(2) var<storage, read> learned: array<f32>;
@group(0) @binding(3) var<storage, read> offsets: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let points = u.fixed + u.learned;
  if (index >= u.gaussians * points) { return; }
  let g = index / points;
  let k = index % points;
  let a = g * u.width;
  let mean = fma(safe_sigmoid(vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u])), u.range, u.low);
  let scale = u.scale_low +
    u.scale_range * safe_sigmoid(vec3f(anchor[a + 3u], anchor[a + 4u], anchor[a + 5u]));
  let q = vec4f(anchor[a + 6u], anchor[a + 7u], anchor[a + 8u], anchor[a + 9u]);
  var offset: vec3f;
  if (k < u.fixed) {
    offset = vec3f(offsets[3u * k], offsets[3u * k + 1u], offsets[3u * k + 2u]);
  } else {
    let at = 3u * (g * u.learned + k - u.fixed);
    offset = u.factor * (safe_sigmoid(vec3f(learned[at], learned[at + 1u], learned[at + 2u])) - 0.5);
  }
  let point = rotation_rows(normalized(q)) * (offset * scale) + mean;
  for (var axis = 0u; axis < 3u; axis++) {
    y[3u * index + axis] = point[axis];
  }
}
