// dx_j = q_j (g_j - sum_i q_i g_i), g = d loss / d q; one thread owns one ray.
struct Uniforms { rays: u32, bins: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>;

// q g of a bin that is not the likeliest, so q <= 1/2.
fn weighted_slope(r: RaySoftmax, log_q: f32, t: f32) -> f32 {
  let q = exp(log_q);
  return (1.0 - t) * q / (1.0 - q) - select(0.0, t, log_q > LOG_FLOOR);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let ray = id.x + id.y * groups.x * 64u;
  if (ray >= u.rays) { return; }
  let start = ray * u.bins;
  let scale = dy[0] / (f32(u.rays) * f32(u.bins));
  let r = ray_softmax(start, u.bins);
  var others = 0.0;
  for (var i = 0u; i < u.bins; i++) {
    if (i == r.best) { continue; }
    others += weighted_slope(r, log_probability(r, logits[start + i]), targets[start + i]);
  }
  // The slope of log(1 - q) of the likeliest bin can be e^100: it is multiplied by 1 - q, or by q_j,
  // before it is ever written down.
  let best_t = targets[start + r.best];
  let log_best = log_probability(r, r.largest);
  let log_rest = log_complement(r, r.best, 0.0);
  let q = exp(log_best);
  let pull = select(0.0, best_t, log_best > LOG_FLOOR);
  let push = select(0.0, (1.0 - best_t) * q, log_rest > LOG_FLOOR);
  dlogits[start + r.best] = scale * (push - pull * exp(log_rest) - q * others);
  for (var i = 0u; i < u.bins; i++) {
    if (i == r.best) { continue; }
    let x = logits[start + i];
    let log_q = log_probability(r, x);
    let share = exp(x - r.second - r.log_others);
    dlogits[start + i] = scale *
      (weighted_slope(r, log_q, targets[start + i]) - exp(log_q) * (others - pull) - share * push);
  }
}
