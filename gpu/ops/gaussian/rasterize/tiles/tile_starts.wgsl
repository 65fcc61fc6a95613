// starts[k] = how many pairs belong to tiles before k, by bisection; one tile a thread.
struct Uniforms { tiles: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> starts: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k > u.tiles) { return; }
  var low = 0u;
  var high = frame[2];
  while (low < high) {
    let middle = (low + high) / 2u;
    if (keys[middle] < k) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  starts[k] = low;
}
