// Depths as sort keys and numbers of the Gaussians that touch a tile, in their order; one a thread.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> touched: array<u32>;
@group(0) @binding(2) var<storage, read> shapes: array<vec4f>;
// How many come before each one, and how many there are.
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
@group(0) @binding(4) var<storage, read_write> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> numbers: array<u32>;
@group(0) @binding(6) var<storage, read_write> visible: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i == u.count) {
    visible[0] = ranks[i];
  }
  if (i >= u.count || touched[i] == 0u) { return; }
  // Depths are positive, and the bits of positive numbers are in their order.
  keys[ranks[i]] = bitcast<u32>(shapes[i].w);
  numbers[ranks[i]] = i;
}
