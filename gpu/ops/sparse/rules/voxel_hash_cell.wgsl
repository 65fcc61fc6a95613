// Cells of rows and where they hash to; the kernel declares `cells` and `u.axes` (3: x y z, 4: batch x y z).
fn cell_of(row: u32) -> vec4i {
  let at = row * u.axes;
  if (u.axes == 3u) {
    return vec4i(0, cells[at], cells[at + 1u], cells[at + 2u]);
  }
  return vec4i(cells[at], cells[at + 1u], cells[at + 2u], cells[at + 3u]);
}

// Odd multipliers spread the axes; the finisher is that of MurmurHash3 (Appleby 2011).
fn hash_cell(cell: vec4i) -> u32 {
  let mixed = bitcast<vec4u>(cell) * vec4u(0x9e3779b1u, 0x85ebca6bu, 0xc2b2ae35u, 0x27d4eb2fu);
  var hash = mixed.x ^ mixed.y ^ mixed.z ^ mixed.w;
  hash = (hash ^ (hash >> 16u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16u);
}
