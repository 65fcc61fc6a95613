// Limits of blending: the smallest and largest share of a Gaussian, the light left at which it ends.
const LEAST_ALPHA = 1.0 / 255.0;
const MOST_ALPHA = 0.99;
const LEAST_LIGHT = 0.0001;

// Exponents of a Gaussian at four pixels and at one, computed alike: conic (xx, xy) and yy.
fn exponents(dx: vec4f, dy: vec4f, xx_xy: vec2f, yy: f32) -> vec4f {
  return -0.5 * (xx_xy.x * dx * dx + yy * dy * dy) - xx_xy.y * dx * dy;
}

fn exponent(dx: f32, dy: f32, xx_xy: vec2f, yy: f32) -> f32 {
  return -0.5 * (xx_xy.x * dx * dx + yy * dy * dy) - xx_xy.y * dx * dy;
}
