// loss = sum of the partials; one workgroup does it all.
struct Uniforms { size: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < u.size; i += 64u) {
    sum += partials[i];
  }
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) {
    loss[0] = total;
  }
}
