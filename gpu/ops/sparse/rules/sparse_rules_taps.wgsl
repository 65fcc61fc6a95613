// tap_counts[tap] = pairs of a tap, tap_tiles[tap] = tiles of 64 pairs before it; one workgroup owns all taps.
struct Uniforms { rows: u32, taps: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> places: array<u32>;
@group(0) @binding(2) var<storage, read_write> tap_counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> tap_tiles: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  var before = 0u;
  for (var first = 0u; first < u.taps; first += 256u) {
    let tap = first + lane;
    var count = 0u;
    if (tap < u.taps) {
      count = places[(tap + 1u) * u.rows] - places[tap * u.rows];
      tap_counts[tap] = count;
    }
    let scanned = workgroup_scan((count + 63u) / 64u, lane);
    if (tap < u.taps) {
      tap_tiles[tap] = before + scanned.x;
    }
    before += scanned.y;
  }
  if (lane == 0u) {
    tap_tiles[u.taps] = before;
  }
}
