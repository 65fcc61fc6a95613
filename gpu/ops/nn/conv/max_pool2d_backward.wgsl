// dx[plane, p] = sum of dy over the windows whose greatest value lies at p; one thread owns one value.
struct Uniforms {
  planes: u32, start_dx: u32, start_dy: u32, start_place: u32,
  input: vec2u, output: vec2u, window: vec2u, stride: vec2u, padding: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> place: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.planes * u.input.x * u.input.y) { return; }
  let plane = index / u.input.y / u.input.x * u.output.x * u.output.y;
  let within = index % (u.input.x * u.input.y);
  let padded = vec2u(within / u.input.y, within % u.input.y) + u.padding;
  // Windows [stride p, stride p + window) that hold the padded pixel.
  let first = (max(padded + u.stride, u.window) - u.window) / u.stride;
  let end = min(padded / u.stride + 1u, u.output);
  var sum = 0.0;
  for (var row = first.x; row < end.x; row++) {
    for (var col = first.y; col < end.y; col++) {
      let at = plane + row * u.output.y + col;
      if (place[u.start_place + at] == within) { sum += dy[u.start_dy + at]; }
    }
  }
  dx[u.start_dx + index] = sum;
}
