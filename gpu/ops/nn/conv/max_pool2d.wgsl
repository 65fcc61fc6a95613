// y[plane, p] = greatest of x over the window of p, place = where it is (first wins); one thread owns one value.
struct Uniforms {
  planes: u32, start_x: u32, start_y: u32, start_place: u32,
  input: vec2u, output: vec2u, window: vec2u, stride: vec2u, padding: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> place: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.planes * u.output.x * u.output.y) { return; }
  let plane = u.start_x + index / u.output.y / u.output.x * u.input.x * u.input.y;
  // In coordinates of the padded image.
  let corner = vec2u(index / u.output.y % u.output.x, index % u.output.y) * u.stride;
  let first = max(corner, u.padding) - u.padding;
  let end = min(max(corner + u.window, u.padding) - u.padding, u.input);
  var best = first.x * u.input.y + first.y;
  var greatest = x[plane + best];
  for (var row = first.x; row < end.x; row++) {
    for (var col = first.y; col < end.y; col++) {
      let at = row * u.input.y + col;
      let value = x[plane + at];
      if (value > greatest) {
        greatest = value;
        best = at;
      }
    }
  }
  y[u.start_y + index] = greatest;
  place[u.start_place + index] = best;
}
