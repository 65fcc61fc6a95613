// A Gaussian on the screen by the camera's Jacobian at its mean (EWA, Zwicker et al. 2001): J covariance J^T.
// Wants screen.wgsl and a camera (cameras/).
struct Screen {
  t: vec3f,
  // The point at which the Jacobian is taken, and 1 where it is the point itself.
  bent: vec2f,
  free: vec2f,
  // Rows of the Jacobian times the rotation of the view.
  row0: vec3f,
  row1: vec3f,
  // (xx, xy, yy) before the blur, and the determinants before and after it.
  covariance: vec3f,
  sharp: f32,
  blurred: f32,
  // What antialiasing multiplies the opacity by.
  fade: f32,
  pixel: vec2f,
}

fn project(p: vec3f, shape: Shape) -> Screen {
  let t = (p.x * u.view0 + p.y * u.view1 + p.z * u.view2 + u.view3).xyz;
  var screen = look(p, t);
  screen.t = t;
  let c0 = times_covariance(shape, screen.row0);
  let c1 = times_covariance(shape, screen.row1);
  screen.covariance = vec3f(dot(screen.row0, c0), dot(screen.row0, c1), dot(screen.row1, c1));
  let c = screen.covariance;
  if (PRECOMPUTED) {
    screen.sharp = max(0.0, c.x * c.z - c.y * c.y);
  } else {
    // By Cauchy and Binet, free of the cancellation in xx yy - xy xy.
    let b0 = vec3f(
      dot(screen.row0, shape.column0),
      dot(screen.row0, shape.column1),
      dot(screen.row0, shape.column2),
    );
    let b1 = vec3f(
      dot(screen.row1, shape.column0),
      dot(screen.row1, shape.column1),
      dot(screen.row1, shape.column2),
    );
    let minors = cross(b0, b1);
    screen.sharp = dot(minors, minors);
  }
  screen.blurred = screen.sharp + BLUR * (c.x + c.z) + BLUR * BLUR;
  screen.fade = select(1.0, sqrt(max(2.5e-5, screen.sharp / screen.blurred)), u.antialiasing == 1u);
  return screen;
}

fn screen_shows(screen: Screen) -> bool {
  return camera_shows(screen.t);
}
