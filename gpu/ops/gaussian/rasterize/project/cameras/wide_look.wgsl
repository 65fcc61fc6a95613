// What wide.wgsl shows, by its Jacobian.
// Where the camera shows the point t of its frame, p of the world, and the rows of its Jacobian.
fn look(p: vec3f, t: vec3f) -> Screen {
  var screen: Screen;
  let shown = lens_place(t);
  screen.pixel = vec2f(shown.u.value, shown.v.value);
  screen.bent = t.xy;
  screen.free = vec2f(1.0);
  screen.row0 = rotated(shown.u.slope);
  screen.row1 = rotated(shown.v.slope);
  return screen;
}
