// R(q / |q|) row by row, or the gradient of q; a thread owns one quaternion.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> quaternions: array<vec4f>;
// R forward, the gradient of R backward.
@group(0) @binding(2) var<storage, read> dmatrices: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override BACKWARD: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let unit = normalized(quaternions[i]);
  if (BACKWARD) {
    var d: mat3x3f;
    for (var row = 0u; row < 3u; row++) {
      let at = 9u * i + 3u * row;
      d[row] = vec3f(dmatrices[at], dmatrices[at + 1u], dmatrices[at + 2u]);
    }
    let dq = normalized_backward(quaternions[i], rotation_rows_backward(unit, d));
    for (var axis = 0u; axis < 4u; axis++) {
      y[4u * i + axis] = dq[axis];
    }
  } else {
    let rows = rotation_rows(unit);
    for (var row = 0u; row < 3u; row++) {
      for (var column = 0u; column < 3u; column++) {
        y[9u * i + 3u * row + column] = rows[row][column];
      }
    }
  }
}
