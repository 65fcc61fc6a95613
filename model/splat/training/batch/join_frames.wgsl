// frame[k] = the largest frames[v][k] of all pictures v; one figure a thread.
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frames: array<u32>;
@group(0) @binding(2) var<storage, read_write> frame: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= 4u) { return; }
  var largest = 0u;
  for (var v = 0u; v < u.count; v++) {
    largest = max(largest, frames[4u * v + id.x]);
  }
  frame[id.x] = largest;
}
