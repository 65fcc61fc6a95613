// Marks running sums that passed 2^32: a step then goes down; one Gaussian a thread.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read_write> wrapped: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let j = id.x + id.y * groups.x * 64u;
  if (j < u.count && offsets[j + 1u] < offsets[j]) {
    wrapped[0] = 1u;
  }
}
