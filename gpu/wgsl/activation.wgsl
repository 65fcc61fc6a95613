// Activation functions by code (activation.ts) and their slopes.

// Error function, absolute error below 1.5e-7 (Abramowitz and Stegun, 7.1.26).
fn erf(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1.0 - series * exp(-x * x));
}

fn activate(kind: u32, z: f32) -> f32 {
  switch kind {
    case 1u: { return max(z, 0.0); }
    case 2u: { return 0.5 * z * (1.0 + erf(z * 0.70710678)); }
    case 3u: { return 1.0 / (1.0 + exp(-z)); }
    // The plain form overflows to NaN in some drivers' tanh past 44.
    case 4u: { return tanh(clamp(z, -20.0, 20.0)); }
    default: { return z; }
  }
}

// Slope at z where the activation gave y; gelu looks at z alone, the others at y alone.
fn activation_slope(kind: u32, z: f32, y: f32) -> f32 {
  switch kind {
    case 1u: { return select(0.0, 1.0, y > 0.0); }
    case 2u: {
      return 0.5 * (1.0 + erf(z * 0.70710678)) + z * 0.39894228 * exp(-0.5 * z * z);
    }
    case 3u: { return y * (1.0 - y); }
    case 4u: { return 1.0 - y * y; }
    default: { return 1.0; }
  }
}
