// counts[segment, digit, tile] = keys with that digit; one workgroup owns one tile of 4096 keys.
struct Uniforms {
  length: u32, tiles: u32, groups: u32, shift: u32, digits: u32,
  // How many segments have a count of their own; the last one's is that of the rest.
  counted: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> count: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

var<workgroup> bins: array<atomic<u32>, 256>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let owned = group.x + group.y * groups.x;
  if (owned >= u.groups) { return; }
  let segment = owned / u.tiles;
  let tile = owned % u.tiles;
  var length = u.length;
  if (u.counted > 0u) {
    length = min(length, count[min(segment, u.counted - 1u)]);
  }
  let end = min(tile * 4096u + 4096u, length);
  for (var i = tile * 4096u + lane; i < end; i += 256u) {
    let digit = (keys[segment * u.length + i] >> u.shift) & (u.digits - 1u);
    atomicAdd(&bins[digit], 1u);
  }
  workgroupBarrier();
  if (lane < u.digits) {
    counts[(segment * u.digits + lane) * u.tiles + tile] = atomicLoad(&bins[lane]);
  }
}
