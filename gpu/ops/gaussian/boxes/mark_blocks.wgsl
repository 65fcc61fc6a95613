// Sets a Gaussian's bit in every block of 8x8x4 voxels that its box touches; a thread owns one Gaussian.
struct Uniforms { blocks: vec3u, gaussians: u32, words: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> boxes: array<i32>;
@group(0) @binding(2) var<storage, read_write> marks: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let low = vec3i(boxes[6u * g], boxes[6u * g + 1u], boxes[6u * g + 2u]);
  let high = vec3i(boxes[6u * g + 3u], boxes[6u * g + 4u], boxes[6u * g + 5u]);
  if (any(high < low)) { return; }
  let first = vec3u(low) / vec3u(8u, 8u, 4u);
  let last = min(vec3u(high) / vec3u(8u, 8u, 4u), u.blocks - 1u);
  for (var x = first.x; x <= last.x; x++) {
    for (var y = first.y; y <= last.y; y++) {
      for (var z = first.z; z <= last.z; z++) {
        let block = (x * u.blocks.y + y) * u.blocks.z + z;
        atomicOr(&marks[block * u.words + g / 32u], 1u << (g % 32u));
      }
    }
  }
}
