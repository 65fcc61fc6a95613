// products[slot] = row read by the slot times the weights of its tap; one workgroup owns a tile of 64 slots
// and 4 QUADS columns. Taps on the side of the centre where `summed` is 1 read the sum over the cell.
struct Uniforms { first_tile: u32, center: u32, k_quads: u32, n_quads: u32, summed: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> tap_counts: array<u32>;
@group(0) @binding(2) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(3) var<storage, read> tile_taps: array<u32>;
@group(0) @binding(4) var<storage, read> pair_inputs: array<u32>;
@group(0) @binding(5) var<storage, read> x: array<vec4f>;
@group(0) @binding(6) var<storage, read> cell_sums: array<vec4f>;
@group(0) @binding(7) var<storage, read> weights: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> products: array<vec4f>;

fn store(row: u32, column: u32, low: vec4f, high: vec4f) {
  let at = row * u.n_quads + column;
  if (column < u.n_quads) {
    products[at] = low;
  }
  if (column + QUADS / 2u < u.n_quads) {
    products[at + QUADS / 2u] = high;
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = u.first_tile + group.x;
  let block = QUADS * group.y;
  let tap = tile_taps[tile];
  let first = 64u * (tile - tap_tiles[tap]);
  let count = tap_counts[tap];
  let summed = (tap < u.center && u.summed.x == 1u) || (tap > u.center && u.summed.y == 1u);
  // Sixteen lanes side by side bring four rows each, of which the threads take four terms in turn.
  let rows = 4u * (lane % 16u);
  var sources: array<u32, 4>;
  for (var i = 0u; i < 4u; i++) {
    sources[i] = 0xffffffffu;
    if (first + rows + i < count) {
      sources[i] = pair_inputs[64u * tile + rows + i];
    }
  }
  var sums = array<vec4f, 16>();
  for (var k = 0u; k < u.k_quads; k += 4u) {
    for (var quad = lane / 16u; quad < 4u; quad += THREADS / 16u) {
      var columns: mat4x4f;
      for (var i = 0u; i < 4u; i++) {
        var value = vec4f();
        if (k + quad < u.k_quads && sources[i] != 0xffffffffu) {
          let at = sources[i] * u.k_quads + k + quad;
          if (summed) {
            value = cell_sums[at];
          } else {
            value = x[at];
          }
        }
        columns[i] = value;
      }
      let transposed = transpose(columns);
      tile_rows[64u * quad + rows / 4u] = transposed[0];
      tile_rows[64u * quad + 16u + rows / 4u] = transposed[1];
      tile_rows[64u * quad + 32u + rows / 4u] = transposed[2];
      tile_rows[64u * quad + 48u + rows / 4u] = transposed[3];
    }
    for (var at = lane; at < 16u * QUADS; at += THREADS) {
      let term = 4u * k + at / QUADS;
      let column = block + at % QUADS;
      var value = vec4f();
      if (term < 4u * u.k_quads && column < u.n_quads) {
        value = weights[(tap * 4u * u.k_quads + term) * u.n_quads + column];
      }
      tile_columns[at] = value;
    }
    workgroupBarrier();
    multiply_tiles(&sums, lane);
    workgroupBarrier();
  }
  let row = 64u * group.x + 8u * (lane / (QUADS / 2u));
  let column = block + lane % (QUADS / 2u);
  store(row, column, sums[0], sums[1]);
  store(row + 1u, column, sums[2], sums[3]);
  store(row + 2u, column, sums[4], sums[5]);
  store(row + 3u, column, sums[6], sums[7]);
  store(row + 4u, column, sums[8], sums[9]);
  store(row + 5u, column, sums[10], sums[11]);
  store(row + 6u, column, sums[12], sums[13]);
  store(row + 7u, column, sums[14], sums[15]);
}
