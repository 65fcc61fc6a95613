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

fn safe_logit(p: vec3f) -> vec3f {
  let y = clamp(p, vec3f(LEAST_FRACTION), vec3f(MOST_FRACTION));
  return log(y / (1.0 - y));
}

fn safe_logit_slope(p: vec3f) -> vec3f {
  let inside = (p > vec3f(LEAST_FRACTION)) & (p < vec3f(MOST_FRACTION));
  return select(vec3f(0.0), 1.0 / (p * (1.0 - p)), inside);
}
