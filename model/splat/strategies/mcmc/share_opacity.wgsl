// What a Gaussian becomes that stands with copies of itself, n in all, so that together they look as it
// did (Kheradmand et al. 2024, equation 10): opacity p = 1 - (1 - o)^(1/n), scales times o over the sum
// over j of C(n, j) (-1)^(j-1) p^j / sqrt(j), which is the paper's double sum by columns. As 1 / sqrt(j)
// is 2 / sqrt(pi) times the integral of exp(-j s s), that sum is the integral of 1 - (1 - p exp(-s s))^n,
// in which nothing cancels: trapezoids a quarter wide are off by 2e-9. In place; one Gaussian a thread.
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
// How many copies each has got.
@group(0) @binding(1) var<storage, read> copies: array<f32>;
// Logits.
@group(0) @binding(2) var<storage, read_write> opacity: array<f32>;
// Logarithms of standard deviations, three a Gaussian.
@group(0) @binding(3) var<storage, read_write> log_scales: array<f32>;

// More count as so many.
const MOST = 51.0;
const LEAST_OPACITY = 0.005;
const LEAST_LOGIT = -5.293304824724492;
// -ln(1 - o) of the largest opacity there may be, 1 - 2^-23.
const OPAQUE = 15.942385152878742;
const STEP = 0.25;
// To 4.5, past which less than 1e-8 is left.
const STEPS = 18;
const TWO_OVER_ROOT_PI = 1.1283791670955126;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count || copies[i] == 0.0) { return; }
  let n = min(MOST, copies[i] + 1.0);
  let x = opacity[i];
  let o = 1.0 / (1.0 + exp(-x));
  // -ln(1 - o) from the logit, which keeps what 1 - o loses near 0 and 1; the nth part of it each.
  let part = min(OPAQUE, max(x, 0.0) + log(1.0 + exp(-abs(x)))) / n;
  let each = 1.0 - exp(-part);
  let faint = each < LEAST_OPACITY;
  let p = select(each, LEAST_OPACITY, faint);
  var sum = 0.5 * (1.0 - exp(n * log(1.0 - p)));
  for (var k = 1; k <= STEPS; k++) {
    let s = STEP * f32(k);
    sum += 1.0 - exp(n * log(1.0 - p * exp(-s * s)));
  }
  sum *= STEP * TWO_OVER_ROOT_PI;
  opacity[i] = select(log(p) + part, LEAST_LOGIT, faint);
  let shrink = log(o / sum);
  for (var k = 0u; k < 3u; k++) { log_scales[3u * i + k] += shrink; }
}
