// norm = sqrt(sum of partial), factor = min(1, largest / (norm + 1e-6)), total = sum of broken; one
// workgroup owns all.
struct Uniforms { partials: u32, tensors: u32, largest: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read> broken: array<u32>;
@group(0) @binding(3) var<storage, read_write> norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> factor: array<f32>;
@group(0) @binding(5) var<storage, read_write> total: array<u32>;
var<workgroup> counts: array<atomic<u32>, 1>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < u.partials; i += 64u) {
    sum += partial[i];
  }
  var count = 0u;
  for (var i = lane; i < u.tensors; i += 64u) {
    count += broken[i];
  }
  atomicAdd(&counts[0], count);
  // Its barriers make the count complete as well.
  let squares = workgroup_sum(sum, lane);
  if (lane == 0u) {
    let length = sqrt(squares);
    norm[0] = length;
    factor[0] = min(1.0, u.largest / (length + 1e-6));
    total[0] = atomicLoad(&counts[0]);
  }
}
