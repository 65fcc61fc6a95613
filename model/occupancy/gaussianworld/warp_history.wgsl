// Moves the centre of each Gaussian of the frame before into this frame, and tells whether it stays in the box; a thread owns one Gaussian.
struct Uniforms {
  motion_x: vec4f, motion_y: vec4f, motion_z: vec4f, low: vec3f, count: u32, range: vec3f, width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> anchors: array<f32>;
// In metres, and in fractions of the box.
@group(0) @binding(2) var<storage, read_write> moved: array<f32>;
@group(0) @binding(3) var<storage, read_write> fractions: array<f32>;
@group(0) @binding(4) var<storage, read_write> kept: array<u32>;

// A Gaussian that refinement clamped to the border lies 2e-8 of the range from it, less than f32 tells:
// it stays, as it does in f64.
const SLACK = 1e-6;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let raw = vec3f(anchors[g * u.width], anchors[g * u.width + 1u], anchors[g * u.width + 2u]);
  let before = vec4f(fma(safe_sigmoid(raw), u.range, u.low), 1.0);
  let now = vec3f(dot(u.motion_x, before), dot(u.motion_y, before), dot(u.motion_z, before));
  let fraction = (now - u.low) / u.range;
  for (var axis = 0u; axis < 3u; axis++) {
    moved[3u * g + axis] = now[axis];
    fractions[3u * g + axis] = fraction[axis];
  }
  let inside = all(fraction > vec3f(LEAST_FRACTION - SLACK)) && all(fraction < vec3f(MOST_FRACTION + SLACK));
  kept[g] = select(0u, 1u, inside);
}
