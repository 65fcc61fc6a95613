// Gradients of one Gaussian's mean, opacity, scale and rotation or covariance from those on the screen. Wants
// the bindings and overrides of the kernels that include it and a `put` for each gradient.
fn project_gradients(i: u32) {
  if (touched[i] == 0u) {
    put_mean(i, vec3f(0.0));
    put_opacity(i, 0.0);
    if (!PRECOMPUTED) {
      put_scale(i, vec3f(0.0));
      put_rotation(i, vec4f(0.0));
    }
    if (COVARIANCES) {
      put_covariance(i, vec3f(0.0), vec3f(0.0));
    }
    return;
  }
  let p = row_at(i);
  let shape = shape_at(i);
  let screen = project(p, shape);
  let dplace = sums[3u * i];
  let dshape = sums[3u * i + 1u];
  let dnear = sums[3u * i + 2u].w;

  let opacity = opacity_at(i);
  var dopacity = dshape.w * screen.fade;
  var dcovariance = blur_backward(screen, dshape.xyz);
  if (u.antialiasing == 1u) {
    dcovariance += fade_backward(screen, opacity * dshape.w);
  }
  if (RAW) {
    dopacity *= opacity * (1.0 - opacity);
  }
  put_opacity(i, dopacity);

  // The covariance on the screen is rows times covariance times rows.
  let pull0 = dcovariance.x * screen.row0 + 0.5 * dcovariance.y * screen.row1;
  let pull1 = 0.5 * dcovariance.y * screen.row0 + dcovariance.z * screen.row1;
  let squares = screen.row0 * pull0 + screen.row1 * pull1;
  let products = 0.5 * (screen.row0.xxy * pull0.yzz + screen.row0.yzz * pull0.xxy +
    screen.row1.xxy * pull1.yzz + screen.row1.yzz * pull1.xxy);
  if (COVARIANCES) {
    put_covariance(i, squares, 2.0 * products);
  }
  if (!PRECOMPUTED) {
    put_scale(i, stretch_backward(i, shape, squares, products));
  }
  let drow0 = 2.0 * times_covariance(shape, pull0);
  let drow1 = 2.0 * times_covariance(shape, pull1);
  put_mean(i, mean_backward(screen, p, drow0, drow1, dplace.xy, dnear));
}

// From the conic to the covariance (xx, xy, yy) before the blur: -conic gradient conic.
fn blur_backward(screen: Screen, dconic: vec3f) -> vec3f {
  let q = conic_of(screen);
  let cross = 0.5 * dconic.y;
  let a = vec2f(dconic.x * q.x + cross * q.y, cross * q.x + dconic.z * q.y);
  let b = vec2f(dconic.x * q.y + cross * q.z, cross * q.y + dconic.z * q.z);
  let d = -vec3f(
    q.x * a.x + q.y * a.y,
    2.0 * (q.x * b.x + q.y * b.y),
    q.y * b.x + q.z * b.y,
  );
  // The original divides by the squared determinant and a ten-millionth.
  return d * select(1.0 / (1.0 + 1e-7 / screen.blurred / screen.blurred), 1.0, EXACT);
}

fn fade_backward(screen: Screen, dfade: f32) -> vec3f {
  let ratio = screen.sharp / screen.blurred;
  if (ratio <= 2.5e-5) { return vec3f(0.0); }
  let dratio = dfade / (2.0 * screen.fade);
  var c = screen.covariance;
  var whole = screen.blurred;
  if (!EXACT) {
    // The original takes the derivative at the covariance blurred once more.
    c += vec3f(BLUR, 0.0, BLUR);
    whole = (c.x + BLUR) * (c.z + BLUR) - c.y * c.y;
  }
  let share = c / whole;
  return dratio * BLUR * vec3f(
    (BLUR / whole + share.z) * share.z + share.y * share.y,
    -2.0 * share.y * (BLUR / whole + share.x + share.z),
    (BLUR / whole + share.x) * share.x + share.y * share.y,
  );
}

// From the covariance to rotation and scale; the former is written, the latter returned.
fn stretch_backward(i: u32, shape: Shape, squares: vec3f, products: vec3f) -> vec3f {
  let gradient = Shape(vec3f(0.0), vec3f(0.0), vec3f(0.0), squares, products);
  let d0 = 2.0 * times_covariance(gradient, shape.column0);
  let d1 = 2.0 * times_covariance(gradient, shape.column1);
  let d2 = 2.0 * times_covariance(gradient, shape.column2);
  let raw = quaternion_at(i);
  let inverse = inverse_length(raw);
  let q = raw * inverse;
  let axes = rotation_columns(q);
  let scale = scale_at(i);
  var dscale = vec3f(dot(axes[0], d0), dot(axes[1], d1), dot(axes[2], d2));
  dscale *= select(1.0, u.scale_modifier, EXACT);
  if (RAW) {
    dscale *= scale;
  }
  let s = u.scale_modifier * scale;
  let g0 = s.x * d0;
  let g1 = s.y * d1;
  let g2 = s.z * d2;
  var dq = 2.0 * vec4f(
    q.y * (g1.z - g2.y) + q.z * (g2.x - g0.z) + q.w * (g0.y - g1.x),
    -2.0 * q.y * (g1.y + g2.z) + q.z * (g1.x + g0.y) + q.w * (g2.x + g0.z) + q.x * (g1.z - g2.y),
    q.y * (g1.x + g0.y) - 2.0 * q.z * (g0.x + g2.z) + q.w * (g2.y + g1.z) + q.x * (g2.x - g0.z),
    q.y * (g2.x + g0.z) + q.z * (g2.y + g1.z) - 2.0 * q.w * (g0.x + g1.y) + q.x * (g0.y - g1.x),
  );
  if (RAW) {
    dq = (dq - q * dot(q, dq)) * inverse;
  }
  put_rotation(i, dq);
  return dscale;
}

// From the rows of the screen's covariance, the pixel and 1 / depth to the mean.
fn mean_backward(
  screen: Screen,
  p: vec3f,
  drow0: vec3f,
  drow1: vec3f,
  dpixel: vec2f,
  dnear: f32,
) -> vec3f {
  if (LENS != 0u) {
    return lens_mean_backward(screen, drow0, drow1, dpixel, dnear);
  }
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

// The same through a lens: by its Jacobian at the mean, and by how that bends where the rows are taken.
fn lens_mean_backward(
  screen: Screen,
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
