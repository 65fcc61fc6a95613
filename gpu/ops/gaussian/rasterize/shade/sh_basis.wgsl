// Real spherical harmonics up to degree 3 in the order of 3DGS files; wants the override DEGREE.
const SH0 = 0.28209479177387814;
const SH1 = 0.4886025119029199;
const SH4 = 1.0925484305920792;
const SH6 = 0.31539156525252005;
const SH8 = 0.5462742152960396;
const SH9 = 0.5900435899266435;
const SH10 = 2.890611442640554;
const SH11 = 0.4570457994644658;
const SH12 = 0.3731763325901154;
const SH14 = 1.445305721320277;

// Basis functions 1 to 15 in the direction d, 16 in all with function 0 in front.
struct Basis { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

fn sh_basis(d: vec3f) -> Basis {
  let s = d * d;
  var y: Basis;
  y.a = vec4f(SH0, -SH1 * d.y, SH1 * d.z, -SH1 * d.x);
  y.b = vec4f(
    SH4 * d.x * d.y,
    -SH4 * d.y * d.z,
    SH6 * (2.0 * s.z - s.x - s.y),
    -SH4 * d.x * d.z,
  );
  y.c = vec4f(
    SH8 * (s.x - s.y),
    -SH9 * d.y * (3.0 * s.x - s.y),
    SH10 * d.x * d.y * d.z,
    -SH11 * d.y * (4.0 * s.z - s.x - s.y),
  );
  y.d = vec4f(
    SH12 * d.z * (2.0 * s.z - 3.0 * s.x - 3.0 * s.y),
    -SH11 * d.x * (4.0 * s.z - s.x - s.y),
    SH14 * d.z * (s.x - s.y),
    -SH9 * d.x * (s.x - 3.0 * s.y),
  );
  return y;
}

// Gradient by the direction of the sum of w[k] times function k.
fn sh_slope(d: vec3f, w: Basis) -> vec3f {
  var g = vec3f(-SH1 * w.a.w, -SH1 * w.a.y, SH1 * w.a.z);
  if (DEGREE > 1u) {
    g += SH4 * w.b.x * vec3f(d.y, d.x, 0.0);
    g -= SH4 * w.b.y * vec3f(0.0, d.z, d.y);
    g += SH6 * w.b.z * vec3f(-2.0 * d.x, -2.0 * d.y, 4.0 * d.z);
    g -= SH4 * w.b.w * vec3f(d.z, 0.0, d.x);
    g += SH8 * w.c.x * vec3f(2.0 * d.x, -2.0 * d.y, 0.0);
  }
  if (DEGREE > 2u) {
    let s = d * d;
    g -= SH9 * w.c.y * vec3f(6.0 * d.x * d.y, 3.0 * (s.x - s.y), 0.0);
    g += SH10 * w.c.z * vec3f(d.y * d.z, d.x * d.z, d.x * d.y);
    g -= SH11 * w.c.w * vec3f(-2.0 * d.x * d.y, 4.0 * s.z - s.x - 3.0 * s.y, 8.0 * d.y * d.z);
    g += SH12 * w.d.x *
      vec3f(-6.0 * d.x * d.z, -6.0 * d.y * d.z, 3.0 * (2.0 * s.z - s.x - s.y));
    g -= SH11 * w.d.y * vec3f(4.0 * s.z - 3.0 * s.x - s.y, -2.0 * d.x * d.y, 8.0 * d.x * d.z);
    g += SH14 * w.d.z * vec3f(2.0 * d.x * d.z, -2.0 * d.y * d.z, s.x - s.y);
    g -= SH9 * w.d.w * vec3f(3.0 * (s.x - s.y), -6.0 * d.x * d.y, 0.0);
  }
  return g;
}
