// First row of a cell plus one, or 0 where no row lies in it; the kernel declares `table` and `u.mask`.
fn find_cell(cell: vec4i) -> u32 {
  var place = hash_cell(cell) & u.mask;
  var found = table[place];
  while (found != 0u && any(cell_of(found - 1u) != cell)) {
    place = (place + 1u) & u.mask;
    found = table[place];
  }
  return found;
}
