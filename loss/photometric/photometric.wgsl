// loss = (1 - lambda) l1 + lambda (1 - ssim) from sums over groups; one workgroup does it all.
struct Uniforms { groups: u32, count: f32, lambda: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> l1: array<f32>;
@group(0) @binding(4) var<storage, read_write> ssim: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = vec2f(0.0);
  for (var i = lane; i < u.groups; i += 64u) {
    sum += partials[i];
  }
  let difference = workgroup_sum(sum.x, lane) / u.count;
  let similarity = workgroup_sum(sum.y, lane) / u.count;
  if (lane == 0u) {
    l1[0] = difference;
    ssim[0] = similarity;
    loss[0] = (1.0 - u.lambda) * difference + u.lambda * (1.0 - similarity);
  }
}
