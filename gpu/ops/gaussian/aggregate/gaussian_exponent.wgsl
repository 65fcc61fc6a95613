// -d A d / 2 in units of log 2, at one point or at four along z. Forward and backward must agree to
// the last bit, or 1 - e of the one would not cancel against the other's: hence one formula in fmas.
fn exponent_of(across: vec2f, along: vec4f, shape: vec4f, cross: vec2f) -> vec4f {
  let plane = plane_of(across, shape);
  let slope = slope_of(across, cross);
  return fma(fma(vec4f(shape.z), along, vec4f(slope)), along, vec4f(plane));
}

fn plane_of(across: vec2f, shape: vec4f) -> f32 {
  return fma(fma(shape.x, across.x, shape.w * across.y), across.x, shape.y * across.y * across.y);
}

fn slope_of(across: vec2f, cross: vec2f) -> f32 {
  return fma(cross.x, across.y, cross.y * across.x);
}
