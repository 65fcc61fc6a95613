// A Gaussian on the screen by the unscented transform (Julier, Uhlmann 2004; Wu et al. 2024, 3DGUT): pictures of its
// mean and of six points along its axes give place and covariance. Wants screen.wgsl, lens_place and a way to the
// lens' rim (cameras/).
// alpha^2 (3 + kappa): the points lie as many standard deviations away as its root.
override SPREAD = 3.0;
// 1 - alpha^2 + beta: how much more the mean weighs in the covariance than in the place.
override EXTRA = 2.0;
// Share of the picture's sides within which a point beside it still counts as seen.
override MARGIN = 0.1;

struct Screen {
  t: vec3f,
  // Whether any of the points is seen.
  seen: bool,
  // Places of the points, the mean's first.
  points: array<vec2f, 7>,
  // (xx, xy, yy) before the blur, and the determinants before and after it.
  covariance: vec3f,
  sharp: f32,
  blurred: f32,
  // What antialiasing multiplies the opacity by.
  fade: f32,
  pixel: vec2f,
}

// From the mean to a point: none, along the three axes, against them.
fn sigma_step(shape: Shape, k: u32) -> vec3f {
  if (k == 0u) { return vec3f(0.0); }
  let axis = (k - 1u) % 3u;
  let column = select(select(shape.column0, shape.column1, axis == 1u), shape.column2, axis == 2u);
  return select(1.0, -1.0, k > 3u) * sqrt(SPREAD) * column;
}

fn sigma_weight(k: u32) -> f32 {
  return select(0.5 / SPREAD, 1.0 - 3.0 / SPREAD, k == 0u);
}

// A point in the frame of the camera.
fn sigma_point(t: vec3f, shape: Shape, k: u32) -> vec3f {
  let step = sigma_step(shape, k);
  return t + vec3f(dot(view_row(0u), step), dot(view_row(1u), step), dot(view_row(2u), step));
}

// The point that is shown for one: itself, or beyond a rim the one there, in the same direction.
fn at_rim(t: vec3f) -> vec3f {
  return select(t, vec3f(t.xy, rim_height() * length(t.xy)), beyond_rim(t));
}

fn near_picture(pixel: vec2f) -> bool {
  let size = vec2f(u.size);
  let at = pixel + 0.5;
  return all(at >= -MARGIN * size) && all(at < (1.0 + MARGIN) * size);
}

fn project(p: vec3f, shape: Shape) -> Screen {
  var screen: Screen;
  let t = (p.x * u.view0 + p.y * u.view1 + p.z * u.view2 + u.view3).xyz;
  screen.t = t;
  var mean = vec2f(0.0);
  for (var k = 0u; k < 7u; k++) {
    let point = sigma_point(t, shape, k);
    var pixel = vec2f(-0.5);
    if (!point_lost(point)) {
      let shown = lens_place(at_rim(point));
      pixel = vec2f(shown.u.value, shown.v.value);
    }
    screen.seen = screen.seen || (point_inside(point) && near_picture(pixel));
    if (k > 0u) { pixel = beside(pixel, screen.points[0]); }
    screen.points[k] = pixel;
    // The weights' sum is 1: offsets lose less than places.
    mean += sigma_weight(k) * (pixel - screen.points[0]);
  }
  screen.pixel = screen.points[0] + mean;
  var c = vec3f(0.0);
  for (var k = 0u; k < 7u; k++) {
    let d = screen.points[k] - screen.pixel;
    let weight = sigma_weight(k) + select(0.0, EXTRA, k == 0u);
    c += weight * vec3f(d.x * d.x, d.x * d.y, d.y * d.y);
  }
  screen.covariance = c;
  screen.sharp = max(0.0, c.x * c.z - c.y * c.y);
  screen.blurred = (c.x + BLUR) * (c.z + BLUR) - c.y * c.y;
  screen.fade = select(1.0, sqrt(max(2.5e-5, screen.sharp / screen.blurred)), u.antialiasing == 1u);
  return screen;
}

// Weights below nothing can make a covariance that is none.
fn screen_shows(screen: Screen) -> bool {
  return screen.seen && screen.covariance.x + BLUR > 0.0 && screen.covariance.z + BLUR > 0.0;
}
