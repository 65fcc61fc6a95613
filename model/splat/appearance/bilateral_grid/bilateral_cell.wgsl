// The cell of a grid [12, levels, rows, columns] around a pixel, and what is interpolated in it.
struct Cell { low: vec3u, high: vec3u, part: vec3f }

fn cell_of(place: vec2f, luminance: f32) -> Cell {
  let coordinate = coordinate_of(place, luminance);
  let low = floor(coordinate);
  return Cell(vec3u(low), min(vec3u(low) + 1u, u.size - 1u), coordinate - low);
}

fn entry(channel: u32, x: u32, y: u32, z: u32) -> f32 {
  return grids[u.start + ((channel * u.size.z + z) * u.size.y + y) * u.size.x + x];
}

fn level(cell: Cell, channel: u32, z: u32) -> f32 {
  let near = mix(
    entry(channel, cell.low.x, cell.low.y, z), entry(channel, cell.high.x, cell.low.y, z),
    cell.part.x,
  );
  let far = mix(
    entry(channel, cell.low.x, cell.high.y, z), entry(channel, cell.high.x, cell.high.y, z),
    cell.part.x,
  );
  return mix(near, far, cell.part.y);
}

fn sampled(cell: Cell, channel: u32) -> f32 {
  return mix(level(cell, channel, cell.low.z), level(cell, channel, cell.high.z), cell.part.z);
}
