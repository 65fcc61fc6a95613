// What lens.wgsl shows, by its Jacobian.
// The point at which the Jacobian is taken: its slopes within limits, at its depth.
fn lens_bent(t: vec3f) -> vec3f {
  let slope = clamp(t.xy / t.z, u.lens_limits.xz, u.lens_limits.yw);
  return vec3f(slope * t.z, t.z);
}

// Where the camera shows the point t of its frame, p of the world, and the rows of its Jacobian.
fn look(p: vec3f, t: vec3f) -> Screen {
  var screen: Screen;
  let shown = lens_place(t);
  screen.pixel = vec2f(shown.u.value, shown.v.value);
  let slope = t.xy / t.z;
  let at = lens_bent(t);
  screen.bent = at.xy;
  screen.free = select(
    vec2f(0.0),
    vec2f(1.0),
    (slope >= u.lens_limits.xz) & (slope <= u.lens_limits.yw),
  );
  let bent = lens_place(at);
  screen.row0 = rotated(bent.u.slope);
  screen.row1 = rotated(bent.v.slope);
  return screen;
}
