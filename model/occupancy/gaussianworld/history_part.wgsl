// How much of the raw output counts for a row: 1 without history and for new rows; of history rows, all
// by the temporal scale (mode 2), or the place alone, by how likely the class moves (mode 1).
struct Part { place: f32, rest: f32, dynamic: bool, column: u32 }

const NO_TURN = 1e-5;

fn part_of(g: u32) -> Part {
  if (u.mode == 0u || g >= history[0]) { return Part(1.0, 1.0, false, 0u); }
  if (u.mode == 2u) { return Part(u.temporal_scale, u.temporal_scale, false, 0u); }
  let a = g * u.width + u.first_class;
  var best = 0u;
  for (var i = 1u; i < u.classes; i++) {
    if (anchor[a + i] > anchor[a + best]) { best = i; }
  }
  let weight = softplus(anchor[a + best]) / 10.0 * u.dynamic_scale;
  return Part(select(0.0, weight, best < u.moving), 0.0, true, u.first_class + best);
}

// log(1 + e^x), and x itself from 20 on, as PyTorch has it.
fn softplus(x: f32) -> f32 {
  if (x > 20.0) { return x; }
  return max(x, 0.0) + log(1.0 + exp(-abs(x)));
}
