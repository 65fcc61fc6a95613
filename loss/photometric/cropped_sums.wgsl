// partials = sums of the pixels `crop` away from the border of their plane, and of 1; a workgroup
// strides over the pixels that are left.
struct Uniforms { planes: u32, width: u32, height: u32, crop: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> map: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let columns = u.width - 2u * u.crop;
  let rows = u.height - 2u * u.crop;
  let size = u.planes * rows * columns;
  var sum = vec2f(0.0);
  for (var i = group.x * 64u + lane; i < size; i += groups.x * 64u) {
    let x = i % columns + u.crop;
    let y = i / columns % rows + u.crop;
    let plane = i / (columns * rows);
    sum += vec2f(map[(plane * u.height + y) * u.width + x], 1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let count = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, count);
  }
}
