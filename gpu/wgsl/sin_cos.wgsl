// Sine and cosine within 2e-7 of angles up to 10, 5e-7 of those up to 20 000, wherever they run: WGSL grants
// an error of 2^-11 within [-pi, pi], SwiftShader makes use of it, and beyond nothing is granted.
struct SinCos { sine: vec4f, cosine: vec4f }

fn sin_cos(angle: vec4f) -> SinCos {
  let turns = round(angle * 0.6366197723675814);
  // Pi / 2 in three parts, the first of so few digits that its multiples are exact (Cody and Waite 1980).
  let r = ((angle - turns * 1.5703125) - turns * 4.837512969970703125e-4) -
    turns * 7.5497899548918821e-8;
  let q = r * r;
  // Minimax polynomials on [-pi / 4, pi / 4] (Moshier, Cephes).
  let sine = r + r * q * (-1.6666654611e-1 + q * (8.3321608736e-3 + q * -1.9515295891e-4));
  let cosine = 1.0 - 0.5 * q +
    q * q * (4.166664568298827e-2 + q * (-1.388731625493765e-3 + q * 2.443315711809948e-5));
  let quarter = vec4u(vec4i(turns)) & vec4u(3u);
  let odd = (quarter & vec4u(1u)) == vec4u(1u);
  let s = select(sine, cosine, odd);
  let c = select(cosine, sine, odd);
  return SinCos(
    select(s, -s, quarter >= vec4u(2u)),
    select(c, -c, (quarter == vec4u(1u)) | (quarter == vec4u(2u))),
  );
}
