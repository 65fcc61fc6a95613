// y[plane, p] = (added[plane, p] +) x[plane, ...] at p of a resized image; one thread owns one element of a row.
struct Uniforms { planes: u32, start_x: u32, start_y: u32, start_added: u32, input: vec2u, output: vec2u, ratio: vec2f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> added: array<Element>;
@group(0) @binding(3) var<storage, read_write> y: array<Element>;

override ADD: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let across = u.output.y / WIDTH;
  let line = index / across;
  if (line >= u.planes * u.output.x) { return; }
  let row = draw(line % u.output.x, u.ratio.x, u.input.x);
  let columns = draw_columns((index % across) * WIDTH);
  let plane = u.start_x + line / u.output.x * u.input.x * u.input.y;
  let near = plane + row.near * u.input.y;
  var value = at_columns(near, columns.near);
  if (LINEAR) {
    let far = plane + row.far * u.input.y;
    let above = mix(value, at_columns(near, columns.far), columns.share);
    let below = mix(at_columns(far, columns.near), at_columns(far, columns.far), columns.share);
    value = mix(above, below, row.share);
  }
  if (ADD) { value += added[u.start_added / WIDTH + index]; }
  y[u.start_y / WIDTH + index] = value;
}
