// Gradients of one Gaussian's mean, opacity, scale and rotation or covariance from those on the screen. Wants
// the bindings and overrides of the kernels that include it, a `put` for each gradient, and a projection (projections/).
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

  projection_gradients(i, p, shape, screen, dcovariance, dplace.xy, dnear);
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

// From the columns of rotation times scale to rotation and scale; the former is written, the latter returned.
fn columns_backward(i: u32, d0: vec3f, d1: vec3f, d2: vec3f) -> vec3f {
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
