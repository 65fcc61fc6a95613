// offsets[k] = how many keys are below k, by bisection; one k a thread.
struct Uniforms { keys: u32, count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> offsets: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k > u.count) { return; }
  var low = 0u;
  var high = u.keys;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (keys[middle] < k) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  offsets[k] = low;
}
