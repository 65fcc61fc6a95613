// Shape of a level of the feature bank: height, width, first pixel, first cell; a level has one cell
// more than pixels on each axis, for a sample's upper left corner may lie one pixel outside.
fn level_of(level: u32) -> vec4u {
  switch level {
    case 0u: { return u.level0; }
    case 1u: { return u.level1; }
    case 2u: { return u.level2; }
    case 3u: { return u.level3; }
    case 4u: { return u.level4; }
    case 5u: { return u.level5; }
    case 6u: { return u.level6; }
    default: { return u.level7; }
  }
}

// Pixel coordinates of a location, fractions of the picture (align_corners = false).
fn level_position(location: vec2f, level: vec4u) -> vec2f {
  return fma(location, vec2f(f32(level.y), f32(level.x)), vec2f(-0.5));
}
