// The four pixels around a position, (low y, low x), (low, high), (high, low), (high, high): their
// numbers in the level, their weights, and the weights' slopes along x and y. Pixels outside weigh 0.
struct Corners { pixels: vec4u, weights: vec4f, slopes_x: vec4f, slopes_y: vec4f }

fn corners_of(position: vec2f, shape: vec4u) -> Corners {
  let low = floor(position);
  let high_part = position - low;
  let low_part = 1.0 - high_part;
  let x = i32(low.x);
  let y = i32(low.y);
  let last_x = i32(shape.y) - 1;
  let last_y = i32(shape.x) - 1;
  let x_low = u32(clamp(x, 0, last_x));
  let x_high = u32(clamp(x + 1, 0, last_x));
  let row_low = u32(clamp(y, 0, last_y)) * shape.y;
  let row_high = u32(clamp(y + 1, 0, last_y)) * shape.y;
  let in_x = vec2f(select(0.0, 1.0, x >= 0), select(0.0, 1.0, x < last_x));
  let in_y = vec2f(select(0.0, 1.0, y >= 0), select(0.0, 1.0, y < last_y));
  let inside = vec4f(in_y.x * in_x, in_y.y * in_x);
  return Corners(
    vec4u(row_low + x_low, row_low + x_high, row_high + x_low, row_high + x_high),
    inside * vec4f(
      low_part.y * low_part.x, low_part.y * high_part.x,
      high_part.y * low_part.x, high_part.y * high_part.x,
    ),
    inside * vec4f(-low_part.y, low_part.y, -high_part.y, high_part.y),
    inside * vec4f(-low_part.x, -high_part.x, low_part.x, high_part.x),
  );
}
