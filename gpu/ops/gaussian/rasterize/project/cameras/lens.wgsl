// A camera with a lens, as pinhole.wgsl is one without: wants the uniforms lens_*, distortion.wgsl and jet.wgsl.
// 1 for OpenCV's radial and tangential model, 2 for fisheyes.
override LENS = 1u;

// atan(s) / s as a function of w = s^2, and its derivatives: by its series where their quotients cancel out.
fn angle_by_slope(w: f32) -> vec3f {
  if (w < 0.1) {
    return vec3f(
      1.0 + w * (-1.0 / 3.0 + w * (0.2 + w * (-1.0 / 7.0 + w * (1.0 / 9.0 + w * (-1.0 / 11.0 + w / 13.0))))),
      -1.0 / 3.0 + w * (0.4 + w * (-3.0 / 7.0 + w * (4.0 / 9.0 + w * (-5.0 / 11.0 + w * (6.0 / 13.0 - w * 7.0 / 15.0))))),
      0.4 + w * (-6.0 / 7.0 + w * (12.0 / 9.0 + w * (-20.0 / 11.0 + w * (30.0 / 13.0 + w * (-42.0 / 15.0 + w * 56.0 / 17.0))))),
    );
  }
  let s = sqrt(w);
  let value = atan(s) / s;
  let inverse = 1.0 / (1.0 + w);
  let first = (inverse - value) / (2.0 * w);
  return vec3f(value, first, (-inverse * inverse - 3.0 * first) / (2.0 * w));
}

// Where the lens shows the point t, in pixels whose centres are whole numbers.
fn lens_place(t: vec3f) -> LensPlace {
  let z = 1.0 / t.z;
  let zz = z * z;
  var a = Jet(
    t.x * z,
    vec3f(z, 0.0, -t.x * zz),
    vec3f(0.0, 0.0, 2.0 * t.x * zz * z),
    vec3f(0.0, -zz, 0.0),
  );
  var b = Jet(
    t.y * z,
    vec3f(0.0, z, -t.y * zz),
    vec3f(0.0, 0.0, 2.0 * t.y * zz * z),
    vec3f(0.0, 0.0, -zz),
  );
  var q = jet_plus(jet_times(a, a), jet_times(b, b));
  if (LENS == 2u) {
    // As far off the axis as the angle is large.
    let angle = jet_of(q, angle_by_slope(q.value));
    a = jet_times(a, angle);
    b = jet_times(b, angle);
    q = jet_plus(jet_times(a, a), jet_times(b, b));
  }
  return distorted(a, b, q);
}

// Beyond this the polynomials turn back: what lies there would be shown where it is not.
fn camera_shows(t: vec3f) -> bool {
  let slope = t.xy / t.z;
  return dot(slope, slope) <= u.lens_thin.z;
}

fn camera_depth(t: vec3f) -> f32 {
  return t.z;
}
