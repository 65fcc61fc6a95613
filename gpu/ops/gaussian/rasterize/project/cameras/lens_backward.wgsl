// From the rows of the screen's covariance, the pixel and 1 / depth to the mean: by the lens' Jacobian
// at the mean, and by how that bends where the rows are taken.
fn mean_backward(
  screen: Screen,
  p: vec3f,
  drow0: vec3f,
  drow1: vec3f,
  dpixel: vec2f,
  dnear: f32,
) -> vec3f {
  let z = screen.t.z;
  let shown = lens_place(screen.t);
  let bent = lens_place(vec3f(screen.bent, z));
  let d0 = vec3f(dot(drow0, view_row(0u)), dot(drow0, view_row(1u)), dot(drow0, view_row(2u)));
  let d1 = vec3f(dot(drow1, view_row(0u)), dot(drow1, view_row(1u)), dot(drow1, view_row(2u)));
  let turn = jet_bend(bent.u, d0) + jet_bend(bent.v, d1);
  // A bent point keeps its slope: it moves with the depth.
  let along = dot(((1.0 - screen.free) * screen.bent) / z, turn.xy);
  let dt = vec3f(screen.free * turn.xy, turn.z + along - (dnear / z) / z) +
    dpixel.x * shown.u.slope + dpixel.y * shown.v.slope;
  return vec3f(dot(u.view0.xyz, dt), dot(u.view1.xyz, dt), dot(u.view2.xyz, dt));
}
