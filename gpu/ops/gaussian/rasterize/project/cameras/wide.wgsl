// A camera that sees to its sides and behind, or from infinitely far; as pinhole.wgsl is one without a lens:
// wants the uniforms lens_*, distortion.wgsl and jet.wgsl.
// 1 for fisheyes of any angle, 2 for equirectangular pictures, 3 for orthographic ones.
override WIDE = 1u;

const ANGLE_NEAR = 0.1;

// atan2(r, z) / r of w = r^2 and z.
fn angle_by_reach(w: Jet, z: Jet) -> Jet {
  let square = w.value + z.value * z.value;
  let mixed = 1.0 / (square * square);
  let by_z = vec2f(-1.0 / square, 2.0 * z.value * mixed);
  let s = w.value / (z.value * z.value);
  if (z.value > 0.0 && s < ANGLE_NEAR) {
    // By its series where the quotients below cancel out.
    let value = 1.0 + s * (-1.0 / 3.0 + s * (0.2 + s * (-1.0 / 7.0 + s * (1.0 / 9.0 + s * (-1.0 / 11.0 + s / 13.0)))));
    let first = -1.0 / 3.0 + s * (0.4 + s * (-3.0 / 7.0 + s * (4.0 / 9.0 + s * (-5.0 / 11.0 + s * (6.0 / 13.0 - s * 7.0 / 15.0)))));
    let second = 0.4 + s * (-6.0 / 7.0 + s * (12.0 / 9.0 + s * (-20.0 / 11.0 + s * (30.0 / 13.0 + s * (-42.0 / 15.0 + s * 56.0 / 17.0)))));
    let near = 1.0 / z.value;
    let cube = near * near * near;
    return jet_of_two(w, z, value * near, vec2f(first * cube, by_z.x), vec3f(second * cube * near * near, mixed, by_z.y));
  }
  let r = sqrt(w.value);
  let value = atan2(r, z.value) / r;
  let first = (z.value / square - value) / (2.0 * w.value);
  let second = (-z.value * mixed - 3.0 * first) / (2.0 * w.value);
  return jet_of_two(w, z, value, vec2f(first, by_z.x), vec3f(second, mixed, by_z.y));
}

// atan2(a, b).
fn jet_angle(a: Jet, b: Jet) -> Jet {
  let square = a.value * a.value + b.value * b.value;
  let inverse = 1.0 / square;
  let mixed = (a.value * a.value - b.value * b.value) * inverse * inverse;
  let same = 2.0 * a.value * b.value * inverse * inverse;
  return jet_of_two(
    a,
    b,
    atan2(a.value, b.value),
    vec2f(b.value, -a.value) * inverse,
    vec3f(-same, mixed, same),
  );
}

// Where the camera shows the point t, in pixels whose centres are whole numbers.
fn lens_place(t: vec3f) -> LensPlace {
  let x = jet_axis(t, 0u);
  let y = jet_axis(t, 1u);
  let z = jet_axis(t, 2u);
  if (WIDE == 1u) {
    let angle = angle_by_reach(jet_plus(jet_times(x, x), jet_times(y, y)), z);
    let a = jet_times(x, angle);
    let b = jet_times(y, angle);
    return distorted(a, b, jet_plus(jet_times(a, a), jet_times(b, b)));
  }
  var a = x;
  var b = y;
  if (WIDE == 2u) {
    a = jet_angle(x, z);
    let square = jet_plus(jet_times(x, x), jet_times(z, z));
    let level = sqrt(square.value);
    b = jet_angle(y, jet_of(square, vec3f(level, 0.5 / level, -0.25 / (level * square.value))));
  }
  a = jet_scaled(a, u.lens_pinhole.x);
  b = jet_scaled(b, u.lens_pinhole.y);
  a.value += u.lens_pinhole.z;
  b.value += u.lens_pinhole.w;
  return LensPlace(a, b);
}

fn camera_shows(t: vec3f) -> bool {
  if (WIDE == 1u) { return atan2(length(t.xy), t.z) <= u.lens_thin.z; }
  return true;
}

// The distance, for what is seen is in front in all directions.
fn camera_depth(t: vec3f) -> f32 {
  return select(length(t), t.z, WIDE == 3u);
}
