// A row is a sampled point of a group of a query; `level_place` is where its frame's picture has it in
// a level, corner pixels being the picture's corners (align_corners = true).
fn group_of(row: u32) -> u32 {
  return row / u.points % u.groups;
}

// The first value of a row in [queries, groups, frames * points, width].
fn sampled_at(row: u32) -> u32 {
  return (row / u.points * u.frames * u.points + u.frame * u.points + row % u.points) * u.width;
}

fn level_place(uv: vec2f, shape: vec4u) -> vec2f {
  return uv * vec2f(f32(shape.y) - 1.0, f32(shape.x) - 1.0);
}

// Whether a pixel is nearer than one pixel; beyond, the picture is 0.
fn is_near(place: vec2f, shape: vec4u) -> bool {
  return all(place > vec2f(-1.0)) && all(place < vec2f(f32(shape.y), f32(shape.x)));
}
