// index = entries of the cumulated distribution up to the draw, or the likeliest bins; enabled = the last bin
// is not the likeliest. One thread owns one ray.
struct Uniforms { rays: u32, bins: u32, draws: u32, stream: vec2u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> uniforms: array<f32>;
@group(0) @binding(3) var<storage, read_write> index: array<u32>;
@group(0) @binding(4) var<storage, read_write> enabled: array<u32>;

override DETERMINISTIC: bool;
// Whether the draws are in `uniforms`; else they come from Philox.
override GIVEN: bool;
// What the reference adds to the sum: the f32 epsilon.
const EPSILON = 1.1920929e-7;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let ray = id.x + id.y * groups.x * 64u;
  if (ray >= u.rays) { return; }
  let first = ray * u.bins;
  var largest = logits[first];
  var best = 0u;
  for (var bin = 1u; bin < u.bins; bin++) {
    let logit = logits[first + bin];
    if (logit > largest) {
      largest = logit;
      best = bin;
    }
  }
  enabled[ray] = select(1u, 0u, best == u.bins - 1u);
  if (DETERMINISTIC) {
    take_likeliest(ray, first);
    return;
  }
  var sum = 0.0;
  for (var bin = 0u; bin < u.bins; bin++) {
    sum += exp(logits[first + bin] - largest);
  }
  // The probabilities add up to one, so that the reference's sum plus epsilon is this.
  let scale = 1.0 / (sum * (1.0 + EPSILON));
  for (var i = 0u; i < u.draws; i++) {
    let at = ray * u.draws + i;
    var draw = 0.0;
    if (GIVEN) {
      draw = uniforms[at];
    } else {
      draw = unit_float(philox_block(u.stream, at / 4u, u.key))[at % 4u];
    }
    var cumulated = 0.0;
    var count = 0u;
    for (var bin = 0u; bin < u.bins; bin++) {
      cumulated += exp(logits[first + bin] - largest) * scale;
      count += select(0u, 1u, cumulated <= draw);
    }
    index[at] = min(count, u.bins - 1u);
  }
}

fn take_likeliest(ray: u32, first: u32) {
  var bound = 3.4e38;
  var last = 0u;
  for (var i = 0u; i < u.draws; i++) {
    var largest = -3.4e38;
    var best = 0u;
    for (var bin = 0u; bin < u.bins; bin++) {
      let logit = logits[first + bin];
      // Those already taken are larger, or equal and before.
      let open = i == 0u || logit < bound || (logit == bound && bin > last);
      if (open && logit > largest) {
        largest = logit;
        best = bin;
      }
    }
    index[ray * u.draws + i] = best;
    bound = largest;
    last = best;
  }
}
