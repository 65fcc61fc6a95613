// dweight[n, tap, k] = sum over the pairs of a tap of dy[row written, n] x[row read, k]; one workgroup owns
// 64 n by 4 QUADS k of one tap, or of one of several parts of its pairs.
struct Uniforms {
  first_tap: u32, taps: u32, k: u32, n: u32, k_quads: u32, n_quads: u32,
  // Parts that the pairs of a tap are split into, each summed to a place of its own; 1 writes dweight.
  parts: u32, slots_per_part: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> tap_counts: array<u32>;
@group(0) @binding(2) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(3) var<storage, read> pair_inputs: array<u32>;
@group(0) @binding(4) var<storage, read> pair_outputs: array<u32>;
@group(0) @binding(5) var<storage, read> x: array<vec4f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> dweight: array<f32>;

fn store(at: u32, n: u32, k: u32, low: vec4f, high: vec4f) {
  if (n >= u.n) { return; }
  for (var i = 0u; i < 4u; i++) {
    if (k + i < u.k) {
      dweight[at + k + i] = low[i];
    }
    if (k + 2u * QUADS + i < u.k) {
      dweight[at + k + 2u * QUADS + i] = high[i];
    }
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n_block = 16u * group.x;
  let k_block = QUADS * group.y;
  let tap = u.first_tap + group.z / u.parts;
  let part = group.z % u.parts;
  let slots = 64u * tap_tiles[tap];
  let first = part * u.slots_per_part;
  let end = min(tap_counts[tap], first + u.slots_per_part);
  var sums = array<vec4f, 16>();
  for (var pair = first; pair < end; pair += 16u) {
    for (var at = lane; at < 256u; at += THREADS) {
      let quad = n_block + at % 16u;
      var value = vec4f();
      if (pair + at / 16u < end && quad < u.n_quads) {
        value = dy[pair_outputs[slots + pair + at / 16u] * u.n_quads + quad];
      }
      tile_rows[at] = value;
    }
    for (var at = lane; at < 16u * QUADS; at += THREADS) {
      let quad = k_block + at % QUADS;
      var value = vec4f();
      if (pair + at / QUADS < end && quad < u.k_quads) {
        value = x[pair_inputs[slots + pair + at / QUADS] * u.k_quads + quad];
      }
      tile_columns[at] = value;
    }
    workgroupBarrier();
    multiply_tiles(&sums, lane);
    workgroupBarrier();
  }
  // [n, tap, k], or [part, n, k].
  var place = tap * u.k;
  var step = u.taps * u.k;
  if (u.parts > 1u) {
    place = part * u.n * u.k;
    step = u.k;
  }
  let n = 4u * n_block + 8u * (lane / (QUADS / 2u));
  let k = 4u * (k_block + lane % (QUADS / 2u));
  store(place + n * step, n, k, sums[0], sums[1]);
  store(place + (n + 1u) * step, n + 1u, k, sums[2], sums[3]);
  store(place + (n + 2u) * step, n + 2u, k, sums[4], sums[5]);
  store(place + (n + 3u) * step, n + 3u, k, sums[6], sums[7]);
  store(place + (n + 4u) * step, n + 4u, k, sums[8], sums[9]);
  store(place + (n + 5u) * step, n + 5u, k, sums[10], sums[11]);
  store(place + (n + 6u) * step, n + 6u, k, sums[12], sums[13]);
  store(place + (n + 7u) * step, n + 7u, k, sums[14], sums[15]);
}
