// Softmax over the bins of one ray, with the likeliest bin apart: 1 - q of that bin is the sum over
// the others, which 1 - q in f32 would lose.
struct RaySoftmax {
  best: u32,
  // Largest logit, and log of the sum of exp(x - largest) over all bins.
  largest: f32,
  log_total: f32,
  // Largest logit of the other bins, and log of their sum of exp(x - second).
  second: f32,
  log_others: f32,
}

// PyTorch's binary cross-entropy stops its logarithms here.
const LOG_FLOOR = -100.0;

fn ray_softmax(start: u32, bins: u32) -> RaySoftmax {
  var r: RaySoftmax;
  r.largest = logits[start];
  for (var i = 1u; i < bins; i++) {
    let x = logits[start + i];
    if (x > r.largest) {
      r.largest = x;
      r.best = i;
    }
  }
  r.second = -3.4e38;
  var others = 0.0;
  for (var i = 0u; i < bins; i++) {
    if (i == r.best) { continue; }
    let x = logits[start + i];
    others = select(others + exp(x - r.second), others * exp(r.second - x) + 1.0, x > r.second);
    r.second = max(r.second, x);
  }
  r.log_others = log(max(others, 1e-30));
  r.log_total = log(1.0 + others * exp(r.second - r.largest));
  return r;
}

fn log_probability(r: RaySoftmax, x: f32) -> f32 {
  return x - r.largest - r.log_total;
}

// log(1 - q) of bin i with probability q.
fn log_complement(r: RaySoftmax, i: u32, q: f32) -> f32 {
  if (i == r.best) { return r.second - r.largest + r.log_others - r.log_total; }
  return select(log(1.0 - q), -q - 0.5 * q * q, q < 1e-3);
}
