// Moves pairs to their places by one digit of up to 8 bits, stably; one workgroup owns a tile of 4096.

// Digit (8 bits) and position in the tile (12 bits) of each key. One word in 33 stays empty, so that
// neither rows nor columns of sixteen fall into one bank.
var<workgroup> words: array<u32, 4224>;
// Sixteen counters a thread, two in each word: digit d and d + 8.
var<workgroup> counters: array<u32, 2112>;

fn padded(i: u32) -> u32 {
  return i + (i >> 5u);
}

// Sorts the tile by four bits of the digit. Every thread counts sixteen neighbours by itself, so
// equal digits keep their order without any atomics.
fn sort_by_nibble(shift: u32, lane: u32) {
  var items: array<u32, 16>;
  for (var i = 0u; i < 8u; i++) {
    counters[padded(256u * i + lane)] = 0u;
  }
  for (var i = 0u; i < 16u; i++) {
    let word = words[padded(16u * lane + i)];
    let nibble = (word >> shift) & 15u;
    let at = padded(256u * (nibble & 7u) + lane);
    let half = 16u * (nibble >> 3u);
    let counter = counters[at];
    counters[at] = counter + (1u << half);
    items[i] = word | (((counter >> half) & 15u) << 24u);
  }
  workgroupBarrier();
  var sum = 0u;
  for (var i = 0u; i < 8u; i++) {
    sum += counters[padded(8u * lane + i)];
  }
  let scanned = workgroup_scan(sum, lane);
  // The upper halves come after all of the lower ones.
  var before = scanned.x + (scanned.y << 16u);
  for (var i = 0u; i < 8u; i++) {
    let at = padded(8u * lane + i);
    let counter = counters[at];
    counters[at] = before;
    before += counter;
  }
  workgroupBarrier();
  for (var i = 0u; i < 16u; i++) {
    let word = items[i];
    let nibble = (word >> shift) & 15u;
    let first = counters[padded(256u * (nibble & 7u) + lane)] >> (16u * (nibble >> 3u));
    words[padded((first & 0xffffu) + (word >> 24u))] = word & 0xffffffu;
  }
  workgroupBarrier();
}

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
  let first = tile * 4096u;
  let here = min(4096u, max(length, first) - first);
  let start = segment * u.length + first;
  for (var i = lane; i < 4096u; i += 256u) {
    // What is missing in the last tile sorts behind everything else.
    var digit = u.digits - 1u;
    if (i < here) {
      digit &= keys[start + i] >> u.shift;
    }
    words[padded(i)] = digit | (i << 8u);
  }
  workgroupBarrier();
  sort_by_nibble(0u, lane);
  if (u.digits > 16u) {
    sort_by_nibble(4u, lane);
  }
  for (var i = lane; i < 4096u; i += 256u) {
    let digit = words[padded(i)] & 255u;
    if (i == 0u || (words[padded(max(i, 1u) - 1u)] & 255u) != digit) {
      counters[digit] = i;
    }
  }
  workgroupBarrier();
  if (lane < u.digits) {
    counters[lane] = place_of(segment, lane, tile) - counters[lane];
  }
  workgroupBarrier();
  for (var i = lane; i < here; i += 256u) {
    let word = words[padded(i)];
    let source = start + (word >> 8u);
    let to = counters[word & 255u] + i;
    keys_out[to] = keys[source];
    if (u.positions == 1u) {
      values_out[to] = source;
    } else {
      values_out[to] = values[source];
    }
  }
}
