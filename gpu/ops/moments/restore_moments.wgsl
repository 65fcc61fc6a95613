// Adam's moments of codes: x = low + (high - low) code / levels for step and size, then back to m and v;
// one workgroup owns a block.
struct Uniforms { count: u32, block: u32, blocks: u32, words: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<u32>;
@group(0) @binding(2) var<storage, read> sizes: array<u32>;
@group(0) @binding(3) var<storage, read> bounds: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first: array<f32>;
@group(0) @binding(5) var<storage, read_write> second: array<f32>;
override BITS: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let block = group.x + group.y * groups.x;
  if (block >= u.blocks) { return; }
  let start = block * u.block;
  let entries = min(u.block, u.count - start);
  let bound = bounds[block];
  let levels = (1u << BITS) - 1u;
  let each = 32u / BITS;
  for (var i = lane; i < entries; i += 64u) {
    let word = block * u.words + i / each;
    let codes = (vec2u(steps[word], sizes[word]) >> vec2u(i % each * BITS)) & vec2u(levels);
    let x = bound.xz + (bound.yw - bound.xz) * (vec2f(codes) / f32(levels));
    let moments = moments_of(x.x, x.y);
    first[start + i] = moments.x;
    second[start + i] = moments.y;
  }
}
