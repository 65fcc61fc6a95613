// From the covariance and the pixel on the screen back to the Gaussian, through unscented.wgsl.
fn projection_gradients(
  i: u32,
  p: vec3f,
  shape: Shape,
  screen: Screen,
  dcovariance: vec3f,
  dpixel: vec2f,
  dnear: f32,
) {
  let depth = camera_depth(screen.t);
  var dmean = vec3f(0.0);
  var d0 = vec3f(0.0);
  var d1 = vec3f(0.0);
  var d2 = vec3f(0.0);
  // The offsets, weighted as in the covariance, sum up to this.
  let rest = EXTRA * (screen.points[0] - screen.pixel);
  for (var k = 0u; k < 7u; k++) {
    let weight = sigma_weight(k);
    let more = select(0.0, EXTRA, k == 0u);
    let dplace = (weight + more) * offset_gradient(dcovariance, screen.points[k] - screen.pixel) +
      weight * (dpixel - offset_gradient(dcovariance, rest));
    let point = sigma_point(screen.t, shape, k);
    var dt = vec3f(0.0);
    if (!point_lost(point)) {
      let shown = lens_place(at_rim(point));
      dt = dplace.x * shown.u.slope + dplace.y * shown.v.slope;
      if (beyond_rim(point)) {
        dt = vec3f(dt.xy + dt.z * rim_height() * point.xy / length(point.xy), 0.0);
      }
    }
    if (k == 0u) { dt -= ((dnear / depth) / depth) * depth_slope(screen.t); }
    let d = vec3f(dot(u.view0.xyz, dt), dot(u.view1.xyz, dt), dot(u.view2.xyz, dt));
    dmean += d;
    let step = select(sqrt(SPREAD), -sqrt(SPREAD), k > 3u) * d;
    let axis = (k + 2u) % 3u;
    d0 += select(vec3f(0.0), step, k > 0u && axis == 0u);
    d1 += select(vec3f(0.0), step, k > 0u && axis == 1u);
    d2 += select(vec3f(0.0), step, k > 0u && axis == 2u);
  }
  put_scale(i, columns_backward(i, d0, d1, d2));
  put_mean(i, dmean);
}

// Of the sum of an offset's squares and product, weighted (xx, xy, yy), by the offset.
fn offset_gradient(d: vec3f, offset: vec2f) -> vec2f {
  return vec2f(
    2.0 * d.x * offset.x + d.y * offset.y,
    d.y * offset.x + 2.0 * d.z * offset.y,
  );
}
