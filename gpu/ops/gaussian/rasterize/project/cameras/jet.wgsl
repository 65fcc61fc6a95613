// Numbers with first and second derivatives by a point (x, y, z).
struct Jet {
  value: f32,
  slope: vec3f,
  // Second derivatives (xx, yy, zz) and (xy, xz, yz).
  same: vec3f,
  mixed: vec3f,
}

fn jet_plus(a: Jet, b: Jet) -> Jet {
  return Jet(a.value + b.value, a.slope + b.slope, a.same + b.same, a.mixed + b.mixed);
}

fn jet_scaled(a: Jet, s: f32) -> Jet {
  return Jet(s * a.value, s * a.slope, s * a.same, s * a.mixed);
}

fn jet_times(a: Jet, b: Jet) -> Jet {
  return Jet(
    a.value * b.value,
    a.value * b.slope + b.value * a.slope,
    a.value * b.same + b.value * a.same + 2.0 * a.slope * b.slope,
    a.value * b.mixed + b.value * a.mixed + a.slope.xxy * b.slope.yzz + a.slope.yzz * b.slope.xxy,
  );
}

// A function of a jet by its value and two derivatives there.
fn jet_of(a: Jet, f: vec3f) -> Jet {
  return Jet(
    f.x,
    f.y * a.slope,
    f.y * a.same + f.z * a.slope * a.slope,
    f.y * a.mixed + f.z * a.slope.xxy * a.slope.yzz,
  );
}

// A function of two jets by its value, its derivatives by each, and the second ones (aa, ab, bb).
fn jet_of_two(a: Jet, b: Jet, value: f32, first: vec2f, second: vec3f) -> Jet {
  let across = a.slope * b.slope;
  return Jet(
    value,
    first.x * a.slope + first.y * b.slope,
    first.x * a.same + first.y * b.same + second.x * a.slope * a.slope +
      2.0 * second.y * across + second.z * b.slope * b.slope,
    first.x * a.mixed + first.y * b.mixed + second.x * a.slope.xxy * a.slope.yzz +
      second.y * (a.slope.xxy * b.slope.yzz + a.slope.yzz * b.slope.xxy) +
      second.z * b.slope.xxy * b.slope.yzz,
  );
}

// A coordinate itself.
fn jet_axis(t: vec3f, axis: u32) -> Jet {
  var slope = vec3f(0.0);
  slope[axis] = 1.0;
  return Jet(t[axis], slope, vec3f(0.0), vec3f(0.0));
}

// The second derivatives times a vector.
fn jet_bend(jet: Jet, d: vec3f) -> vec3f {
  return vec3f(
    jet.same.x * d.x + jet.mixed.x * d.y + jet.mixed.y * d.z,
    jet.mixed.x * d.x + jet.same.y * d.y + jet.mixed.z * d.z,
    jet.mixed.y * d.x + jet.mixed.z * d.y + jet.same.z * d.z,
  );
}
