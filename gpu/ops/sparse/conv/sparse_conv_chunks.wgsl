// Workgroups for chunk k of the tiles: three words for the products, three for the sums; one chunk a thread.
struct Uniforms { taps: u32, tiles_per_chunk: u32, chunks: u32, blocks: u32, sum_groups: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(2) var<storage, read_write> work: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let chunk = id.x;
  if (chunk >= u.chunks) { return; }
  let first = chunk * u.tiles_per_chunk;
  let tiles = min(max(tap_tiles[u.taps], first) - first, u.tiles_per_chunk);
  let any = select(0u, 1u, tiles > 0u);
  work[6u * chunk] = tiles;
  work[6u * chunk + 1u] = u.blocks;
  work[6u * chunk + 2u] = any;
  work[6u * chunk + 3u] = u.sum_groups.x * any;
  work[6u * chunk + 4u] = u.sum_groups.y;
  work[6u * chunk + 5u] = 1u;
}
