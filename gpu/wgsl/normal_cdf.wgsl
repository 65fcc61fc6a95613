// Distribution and density of the standard normal. The complementary error function is Chebyshev
// fitted to 1.2e-7 relative (Press et al., Numerical Recipes, erfcc).
fn normal_cdf(x: f32) -> f32 {
  let z = abs(x) * 0.70710678;
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 +
    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = 0.5 * t * exp(p - z * z);
  return select(tail, 1.0 - tail, x > 0.0);
}

fn normal_density(x: f32) -> f32 {
  return 0.3989422804 * exp(-0.5 * x * x);
}
