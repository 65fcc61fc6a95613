// cell = trunc((mean - low) / edge) of the decoded position; one thread owns one Gaussian.
struct Uniforms { gaussians: u32, width: u32, edge: f32, low: vec3f, range: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> anchor: array<f32>;
@group(0) @binding(2) var<storage, read_write> cells: array<i32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let a = g * u.width;
  let mean = fma(safe_sigmoid(vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u])), u.range, u.low);
  let cell = vec3i((mean - u.low) / u.edge);
  for (var axis = 0u; axis < 3u; axis++) {
    cells[3u * g + axis] = cell[axis];
  }
}
