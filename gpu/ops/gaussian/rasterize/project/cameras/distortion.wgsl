// What a lens makes of the place (a, b) on a plane or by angles, q = a^2 + b^2: wants the uniforms lens_* and jet.wgsl.
struct LensPlace {
  u: Jet,
  v: Jet,
}

// 1 + c.x q + c.y q^2 + c.z q^3 + c.w q^4 and its derivatives.
fn even_polynomial(q: f32, c: vec4f) -> vec3f {
  return vec3f(
    1.0 + q * (c.x + q * (c.y + q * (c.z + q * c.w))),
    c.x + q * (2.0 * c.y + q * (3.0 * c.z + q * 4.0 * c.w)),
    2.0 * c.y + q * (6.0 * c.z + q * 12.0 * c.w),
  );
}

// In pixels whose centres are whole numbers.
fn distorted(a: Jet, b: Jet, q: Jet) -> LensPlace {
  let over = even_polynomial(q.value, u.lens_radial);
  let under = even_polynomial(q.value, vec4f(u.lens_divisor.xyz, 0.0));
  let value = over.x / under.x;
  let first = (over.y - value * under.y) / under.x;
  let second = (over.z - 2.0 * first * under.y - value * under.z) / under.x;
  let stretch = jet_of(q, vec3f(value, first, second));
  let p = u.lens_bend;
  let both = jet_times(a, b);
  let thin0 = jet_of(q, vec3f(q.value * (p.z + u.lens_thin.x * q.value), p.z + 2.0 * u.lens_thin.x * q.value, 2.0 * u.lens_thin.x));
  let thin1 = jet_of(q, vec3f(q.value * (p.w + u.lens_thin.y * q.value), p.w + 2.0 * u.lens_thin.y * q.value, 2.0 * u.lens_thin.y));
  var x = jet_plus(jet_times(a, stretch), jet_scaled(both, 2.0 * p.x));
  x = jet_plus(x, jet_scaled(jet_plus(q, jet_scaled(jet_times(a, a), 2.0)), p.y));
  x = jet_plus(x, thin0);
  var y = jet_plus(jet_times(b, stretch), jet_scaled(both, 2.0 * p.y));
  y = jet_plus(y, jet_scaled(jet_plus(q, jet_scaled(jet_times(b, b), 2.0)), p.x));
  y = jet_plus(y, thin1);
  x = jet_scaled(x, u.lens_pinhole.x);
  y = jet_scaled(y, u.lens_pinhole.y);
  x.value += u.lens_pinhole.z;
  y.value += u.lens_pinhole.w;
  return LensPlace(x, y);
}

// A row in the frame of the camera, in that of the world.
fn rotated(row: vec3f) -> vec3f {
  return row.x * view_row(0u) + row.y * view_row(1u) + row.z * view_row(2u);
}
