// Activation functions by code (activation.ts), and their slopes where they gave y.
fn activate(kind: u32, z: f32) -> f32 {
  switch kind {
    case 1u: { return max(z, 0.0); }
    case 2u: { return z * normal_cdf(z); }
    case 3u: { return 1.0 / (1.0 + exp(-z)); }
    // The plain form overflows to NaN in some drivers' tanh past 44.
    case 4u: { return tanh(clamp(z, -20.0, 20.0)); }
    default: { return z; }
  }
}

// gelu's slope is none of its value's; gradients of gelu run apart.
fn activation_slope(kind: u32, y: f32) -> f32 {
  switch kind {
    case 1u: { return select(0.0, 1.0, y > 0.0); }
    case 3u: { return y * (1.0 - y); }
    case 4u: { return 1.0 - y * y; }
    default: { return 1.0; }
  }
}
