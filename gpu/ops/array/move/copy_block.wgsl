// y[r, y_from + c] = x[r, x_from + c] for c < width, in rows of y_row and x_row elements; one thread
// owns one element.
struct Uniforms { count: u32, width: u32, x_row: u32, x_from: u32, y_row: u32, y_from: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> y: array<Element>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let r = i / u.width;
  let c = i % u.width;
  y[r * u.y_row + u.y_from + c] = x[r * u.x_row + u.x_from + c];
}
