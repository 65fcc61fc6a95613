// From the rows of the screen's covariance, the pixel and 1 / depth to the mean, through wide.wgsl.
fn mean_backward(
  screen: Screen,
  p: vec3f,
  drow0: vec3f,
  drow1: vec3f,
  dpixel: vec2f,
  dnear: f32,
) -> vec3f {
  let t = screen.t;
  let shown = lens_place(t);
  let d0 = vec3f(dot(drow0, view_row(0u)), dot(drow0, view_row(1u)), dot(drow0, view_row(2u)));
  let d1 = vec3f(dot(drow1, view_row(0u)), dot(drow1, view_row(1u)), dot(drow1, view_row(2u)));
  let depth = camera_depth(t);
  let along = select(t / depth, vec3f(0.0, 0.0, 1.0), WIDE == 3u);
  let dt = jet_bend(shown.u, d0) + jet_bend(shown.v, d1) - ((dnear / depth) / depth) * along +
    dpixel.x * shown.u.slope + dpixel.y * shown.v.slope;
  return vec3f(dot(u.view0.xyz, dt), dot(u.view1.xyz, dt), dot(u.view2.xyz, dt));
}
