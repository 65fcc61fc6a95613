// As scan_tiles, for software adapters: one workgroup of 8 threads owns a tile of 4096, a thread 512 neighbours.
struct Uniforms { count: u32, outputs: u32, tiles: u32, flags: u32, inclusive: u32, offset: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

var<workgroup> sums: array<u32, 8>;

fn value_at(i: u32) -> u32 {
  let value = x[i];
  return select(value, min(value, 1u), u.flags == 1u);
}

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles) { return; }
  let start = tile * 4096u + lane * 512u;
  let end = min(start + 512u, u.count);
  var sum = 0u;
  for (var i = start; i < end; i++) {
    sum += value_at(i);
  }
  sums[lane] = sum;
  workgroupBarrier();
  var before = 0u;
  // A single tile has no offsets.
  if (u.offset != 0xffffffffu) {
    before = offsets[u.offset + tile];
  }
  for (var i = 0u; i < lane; i++) {
    before += sums[i];
  }
  for (var i = start; i < end; i++) {
    let value = value_at(i);
    y[i] = before + select(0u, value, u.inclusive == 1u);
    before += value;
  }
  // The total, one place behind the values.
  for (var i = max(start, u.count); i < min(start + 512u, u.outputs); i++) {
    y[i] = before;
  }
}
