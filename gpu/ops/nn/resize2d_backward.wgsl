// dx[plane, p] = sum over the output pixels that draw on p of weight dy; one thread owns one value.
struct Uniforms { planes: u32, start_x: u32, start_y: u32, input: vec2u, output: vec2u, ratio: vec2f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.planes * u.input.x * u.input.y) { return; }
  let row = index / u.input.y % u.input.x;
  let col = index % u.input.y;
  let plane = u.start_y + index / u.input.y / u.input.x * u.output.x * u.output.y;
  let rows = resize_reach(row, u.ratio.x, u.output.x);
  let cols = resize_reach(col, u.ratio.y, u.output.y);
  var sum = 0.0;
  for (var i = rows.x; i < rows.y; i++) {
    let row_weight = resize_weight(row, i, u.ratio.x, u.input.x);
    if (row_weight == 0.0) { continue; }
    for (var j = cols.x; j < cols.y; j++) {
      let weight = row_weight * resize_weight(col, j, u.ratio.y, u.input.y);
      if (weight != 0.0) { sum += weight * dy[plane + i * u.output.y + j]; }
    }
  }
  dx[u.start_x + index] = sum;
}
