// What one pixel of a row draws on in its line of x.
struct Columns { near: u32, far: u32, share: f32 }

fn draw_columns(to: u32) -> Columns {
  let drawn = draw(to, u.ratio.y, u.input.y);
  return Columns(drawn.near, drawn.far, drawn.share);
}

fn at_columns(line: u32, column: u32) -> f32 {
  return x[line + column];
}
