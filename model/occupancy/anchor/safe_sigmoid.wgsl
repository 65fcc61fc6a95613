// Sigmoid of a logit clamped to +-9.21, and its inverse of a fraction clamped to [1e-4, 0.9999]; no
// gradient beyond (GaussianFormer's safe_sigmoid and safe_inverse_sigmoid).
const FARTHEST_LOGIT = 9.21;
const LEAST_FRACTION = 1e-4;
const MOST_FRACTION = 0.9999;

fn safe_sigmoid(x: vec3f) -> vec3f {
  return 1.0 / (1.0 + exp(-clamp(x, vec3f(-FARTHEST_LOGIT), vec3f(FARTHEST_LOGIT))));
}

fn safe_sigmoid_slope(x: vec3f) -> vec3f {
  let y = safe_sigmoid(x);
  return select(vec3f(0.0), y * (1.0 - y), abs(x) < vec3f(FARTHEST_LOGIT));
}

// Takes the fraction p and the rest 1 - p apart: near 1, f32 would leave the rest no more than a few
// digits, and the logit depends on it alone.
fn safe_logit(p: vec3f, rest: vec3f) -> vec3f {
  return safe_logit_within(p, rest, LEAST_FRACTION);
}

fn safe_logit_slope(p: vec3f, rest: vec3f) -> vec3f {
  return safe_logit_slope_within(p, rest, LEAST_FRACTION);
}

// The same of a fraction clamped to [least, 1 - least].
fn safe_logit_within(p: vec3f, rest: vec3f, least: f32) -> vec3f {
  let low = vec3f(least);
  let high = vec3f(1.0 - least);
  return log(clamp(p, low, high) / clamp(rest, low, high));
}

fn safe_logit_slope_within(p: vec3f, rest: vec3f, least: f32) -> vec3f {
  let inside = min(p, rest) > vec3f(least);
  return select(vec3f(0.0), 1.0 / (p * rest), inside);
}

// 2 safe_sigmoid(x) - 1, without loss near 0.
fn safe_tanh_half(x: vec3f) -> vec3f {
  return tanh(0.5 * clamp(x, vec3f(-FARTHEST_LOGIT), vec3f(FARTHEST_LOGIT)));
}
