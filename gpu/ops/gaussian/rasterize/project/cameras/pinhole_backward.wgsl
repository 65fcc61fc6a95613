// From the rows of the screen's covariance, the pixel and 1 / depth to the mean.
fn mean_backward(
  screen: Screen,
  p: vec3f,
  drow0: vec3f,
  drow1: vec3f,
  dpixel: vec2f,
  dnear: f32,
) -> vec3f {
  let z = screen.t.z;
  let size = vec2f(u.size);
  let near = size / (2.0 * u.tangents) / z;
  let across = vec2f(dot(drow0, view_row(0u)), dot(drow1, view_row(1u)));
  let along = vec2f(dot(drow0, view_row(2u)), dot(drow1, view_row(2u)));
  // A bent point moves with the depth once; the original counts it twice, as it does a free one.
  let moved = select(vec2f(2.0), 1.0 + screen.free, EXACT);
  let dt = vec3f(
    -screen.free * near * along / z,
    dot(near, -across + moved * (screen.bent / z) * along) / z - dnear / z / z,
  );
  let w = 1.0 / (p.x * u.projection0.w + p.y * u.projection1.w + p.z * u.projection2.w +
    u.projection3.w + 1e-7);
  // (pixel + 1/2) / size is (ndc + 1) / 2.
  let ndc = (2.0 * screen.pixel + 1.0) / size - 1.0;
  let dclip = 0.5 * size * dpixel * w;
  let dw = -dot(dclip, ndc);
  let d = vec4f(dclip, 0.0, dw);
  return vec3f(
    dot(u.view0.xyz, dt) + dot(u.projection0, d),
    dot(u.view1.xyz, dt) + dot(u.projection1, d),
    dot(u.view2.xyz, dt) + dot(u.projection2, d),
  );
}
