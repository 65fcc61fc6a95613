// Moves pairs to their places by one digit of up to 8 bits, stably; one workgroup of 8 threads owns a tile
// of 4096, a thread 512 neighbours in it (software adapters: the fewest memory accesses, none of them ordered).

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
  if (u.counted > 0u) {
    length = min(length, count[min(segment, u.counted - 1u)]);
  }
  let first = min(length, tile * 4096u + lane * 512u);
  let start = segment * u.length + first;
  let end = segment * u.length + min(length, first + 512u);
  for (var at = start; at < end; at++) {
    places[8u * ((keys[at] >> u.shift) & (u.digits - 1u)) + lane]++;
  }
  workgroupBarrier();
  for (var digit = lane; digit < u.digits; digit += 8u) {
    var next = place_of(segment, digit, tile);
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
