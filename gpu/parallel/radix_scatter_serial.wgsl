// Moves pairs to their places by one digit of up to 8 bits, stably; one workgroup of 8 threads owns a tile
// of 4096, a thread 512 neighbours in it (software adapters: the fewest memory accesses, none of them ordered).
struct Uniforms {
  length: u32, tiles: u32, groups: u32, shift: u32, digits: u32,
  // 1 where only the first count[0] keys are there.
  counted: u32,
  // 1 where the values are the positions of the keys.
  positions: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read> offsets: array<u32>;
@group(0) @binding(5) var<storage, read_write> keys_out: array<u32>;
@group(0) @binding(6) var<storage, read_write> values_out: array<u32>;

// Next place for each digit and thread.
var<workgroup> places: array<u32, 2048>;

@compute @workgroup_size(8)
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
  if (u.counted == 1u) {
    length = min(length, count[0]);
  }
  let first = min(length, tile * 4096u + lane * 512u);
  let start = segment * u.length + first;
  let end = segment * u.length + min(length, first + 512u);
  for (var at = start; at < end; at++) {
    places[8u * ((keys[at] >> u.shift) & (u.digits - 1u)) + lane]++;
  }
  workgroupBarrier();
  for (var digit = lane; digit < u.digits; digit += 8u) {
    var next = offsets[(segment * u.digits + digit) * u.tiles + tile];
    for (var thread = 0u; thread < 8u; thread++) {
      let keys_here = places[8u * digit + thread];
      places[8u * digit + thread] = next;
      next += keys_here;
    }
  }
  workgroupBarrier();
  for (var at = start; at < end; at++) {
    let key = keys[at];
    let place = 8u * ((key >> u.shift) & (u.digits - 1u)) + lane;
    let to = places[place];
    places[place] = to + 1u;
    keys_out[to] = key;
    if (u.positions == 1u) {
      values_out[to] = at;
    } else {
      values_out[to] = values[at];
    }
  }
}
