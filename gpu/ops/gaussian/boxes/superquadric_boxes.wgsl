// box = cells that a superquadric reaches with an exponent below the cut, cut to the grid; a thread owns one.
struct Uniforms { size: vec3u, count: u32, origin: vec3f, cell: f32, cut: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> rotations: array<f32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> exponents: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> boxes: array<i32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  // f is at least |X / s|^(2 / v) on every axis, so |X| is at most s cut^(v / 2).
  let reach = exp2(0.5 * exponents[g].y * log2(u.cut));
  for (var axis = 0u; axis < 3u; axis++) {
    var extent = 0.0;
    for (var local = 0u; local < 3u; local++) {
      extent += abs(rotations[9u * g + 3u * local + axis]) * scales[3u * g + local];
    }
    extent *= reach;
    let center = means[3u * g + axis];
    // Cells whose centres lie within; far ones are held in range of i32.
    let first = clamp(ceil((center - extent - u.origin[axis]) / u.cell - 0.5), -1.0, 2048.0);
    let last = clamp(floor((center + extent - u.origin[axis]) / u.cell - 0.5), -1.0, 2048.0);
    boxes[6u * g + axis] = max(i32(first), 0);
    boxes[6u * g + 3u + axis] = min(i32(last), i32(u.size[axis]) - 1);
  }
}
