// loss = sum of partials.x / sum of partials.y, or 0 where nothing has weight; one workgroup does it all.
struct Uniforms { groups: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> weight: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = vec2f(0.0);
  for (var i = lane; i < u.groups; i += 64u) {
    sum += partials[i];
  }
  let value = workgroup_sum(sum.x, lane);
  let total = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    loss[0] = select(0.0, value / total, total > 0.0);
    weight[0] = total;
  }
}
