// -log x and its derivative -1 / x, where x is first shifted by whole steps of 1e-5 into
// [1e-5, 1 - 1e-5) as MonoScene's inverse sigmoid does; the shift passes the gradient on.
fn minus_log(x: f32) -> vec2f {
  let down = max(0.0, floor((x - 0.99999) * 1e5) + 1.0);
  let up = max(0.0, ceil((1e-5 - x) * 1e5));
  let shifted = x + (up - down) * 1e-5;
  return vec2f(-log(shifted), -1.0 / shifted);
}
