// Which tiles a Gaussian is listed in; wants the uniform tiles (columns, rows).

struct Ellipse {
  centre: vec2f,
  conic: vec3f,
  // The Gaussian shows where conic xx x x + 2 xy x y + yy y y <= level.
  level: f32,
  determinant: f32,
  half_height: f32,
  // y, counted from the centre, at which it reaches farthest to the right.
  rightmost: f32,
}

// Tiles of a square around the centre: first column and row, then the ones behind the last.
fn tile_rect(centre: vec2f, radius: f32) -> vec4u {
  let limit = vec2f(u.tiles);
  let first = clamp(trunc((centre - radius) / 16.0), vec2f(0.0), limit);
  let end = clamp(trunc((centre + radius + 15.0) / 16.0), vec2f(0.0), limit);
  return vec4u(vec2u(first), vec2u(end));
}

fn ellipse_of(centre: vec2f, conic: vec3f, opacity: f32) -> Ellipse {
  var e: Ellipse;
  e.centre = centre;
  e.conic = conic;
  // Alpha falls below 1/255 outside. The hundredth is for the rounding of exponents.
  e.level = select(-1.0, 2.0 * log(255.0 * opacity) + 0.01, 255.0 * opacity > 0.999);
  // Less by what rounding may have added, so that thin ellipses only come out larger.
  let product = conic.x * conic.z;
  e.determinant = product - conic.y * conic.y - 2e-6 * product;
  e.half_height = sqrt(max(0.0, e.level * conic.x / e.determinant));
  e.rightmost = -conic.y * sqrt(max(0.0, e.level / (conic.z * e.determinant)));
  return e;
}

// Columns of tiles, within the square, that the ellipse reaches in a row of tiles: first and end.
fn tile_span(e: Ellipse, rect: vec4u, row: u32) -> vec2u {
  if (e.level < 0.0) { return vec2u(0u); }
  if (!(e.determinant > 0.0)) { return rect.xz; }
  let low = 16.0 * f32(row) - e.centre.y;
  let high = low + 15.0;
  if (high < -e.half_height || low > e.half_height) { return vec2u(0u); }
  let y_right = clamp(e.rightmost, low, high);
  let y_left = clamp(-e.rightmost, low, high);
  let reach = e.level * e.conic.x;
  let right = (-e.conic.y * y_right + sqrt(max(0.0, reach - e.determinant * y_right * y_right))) /
    e.conic.x;
  let left = (-e.conic.y * y_left - sqrt(max(0.0, reach - e.determinant * y_left * y_left))) /
    e.conic.x;
  let bounds = vec2f(rect.xz);
  let first = clamp(ceil((e.centre.x + left - 15.01) / 16.0), bounds.x, bounds.y);
  let end = clamp(floor((e.centre.x + right + 0.01) / 16.0) + 1.0, first, bounds.y);
  return vec2u(u32(first), u32(end));
}
