// Sums over the voxels for one class: of p and q = 1 - p, and counts, inside and outside of where
// the label is that class; of p p over both.
struct ClassSums {
  p_inside: f32,
  q_inside: f32,
  inside: f32,
  p_outside: f32,
  q_outside: f32,
  outside: f32,
  squares: f32,
  padding: f32,
}

// The derivative by p: one number inside, another one outside, and a multiple of p.
struct ClassGradient {
  inside: f32,
  outside: f32,
  slope: f32,
  padding: f32,
}
