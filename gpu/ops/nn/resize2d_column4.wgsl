// What four neighbouring pixels of a row draw on in their line of x.
struct Columns { near: vec4u, far: vec4u, share: vec4f }

fn draw_columns(to: u32) -> Columns {
  let a = draw(to, u.ratio.y, u.input.y);
  let b = draw(to + 1u, u.ratio.y, u.input.y);
  let c = draw(to + 2u, u.ratio.y, u.input.y);
  let d = draw(to + 3u, u.ratio.y, u.input.y);
  return Columns(
    vec4u(a.near, b.near, c.near, d.near),
    vec4u(a.far, b.far, c.far, d.far),
    vec4f(a.share, b.share, c.share, d.share),
  );
}

fn at_columns(line: u32, columns: vec4u) -> vec4f {
  return vec4f(x[line + columns.x], x[line + columns.y], x[line + columns.z], x[line + columns.w]);
}
