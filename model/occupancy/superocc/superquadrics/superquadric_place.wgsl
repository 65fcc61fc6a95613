// Where a superquadric is, in fractions of the range, strictly within it.
const NEAREST_BORDER = 1e-6;

fn unclamped_place(raw: vec3f, centre: vec3f) -> vec3f {
  return (centre + safe_tanh_half(raw) * u.step - u.low) / u.range;
}

fn place_of(raw: vec3f, centre: vec3f) -> vec3f {
  return clamp(unclamped_place(raw, centre), vec3f(NEAREST_BORDER), vec3f(1.0 - NEAREST_BORDER));
}
