// table[place of a cell] = 1 + the smallest row in that cell, by open addressing; one thread owns one row.
struct Uniforms { rows: u32, axes: u32, mask: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> cells: array<i32>;
@group(0) @binding(2) var<storage, read_write> table: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = id.x + id.y * groups.x * 64u;
  if (row >= u.rows) { return; }
  let cell = cell_of(row);
  var place = hash_cell(cell) & u.mask;
  loop {
    let result = atomicCompareExchangeWeak(&table[place], 0u, row + 1u);
    if (result.exchanged) { break; }
    // A weak exchange may fail although the place is free.
    if (result.old_value == 0u) { continue; }
    if (all(cell_of(result.old_value - 1u) == cell)) {
      // Whoever came first, the smallest row stays: the result does not depend on the order.
      atomicMin(&table[place], row + 1u);
      break;
    }
    place = (place + 1u) & u.mask;
  }
}
