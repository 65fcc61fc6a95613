// Smooth L1 of the means over frames: of exposure, and of each real colour offset (mean of the 8); forward the terms, backward the rows' gradients; a single workgroup.
struct Uniforms { frames: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> exposure: array<f32>;
@group(0) @binding(2) var<storage, read> colour: array<f32>;
// Forward: the two terms. Backward: the gradient of the weighted sum comes in `dterms`.
@group(0) @binding(3) var<storage, read_write> terms: array<f32>;
@group(0) @binding(4) var<storage, read> dterms: array<f32>;
@group(0) @binding(5) var<storage, read_write> dexposure: array<f32>;
@group(0) @binding(6) var<storage, read_write> dcolour: array<f32>;

override BACKWARD: bool;
const EXPOSURE_BETA = 0.1;
const COLOUR_BETA = 0.005;
var<workgroup> shares: array<f32, 576>;
var<workgroup> means: array<f32, 9>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sums: array<f32, 9>;
  for (var frame = thread; frame < u.frames; frame += 64u) {
    sums[0] += exposure[frame];
    for (var i = 0u; i < 8u; i++) {
      sums[1u + i] += colour[8u * frame + i];
    }
  }
  for (var i = 0u; i < 9u; i++) {
    shares[64u * i + thread] = sums[i];
  }
  workgroupBarrier();
  if (thread < 9u) {
    var sum = 0.0;
    for (var i = 0u; i < 64u; i++) {
      sum += shares[64u * thread + i];
    }
    means[thread] = sum / f32(u.frames);
  }
  workgroupBarrier();
  if (!BACKWARD) {
    if (thread == 0u) {
      var total = 0.0;
      for (var i = 0u; i < 4u; i++) {
        let offset = spread(i, vec2f(means[1u + 2u * i], means[2u + 2u * i]));
        total += smooth_l1(offset.x, COLOUR_BETA) + smooth_l1(offset.y, COLOUR_BETA);
      }
      terms[0] = smooth_l1(means[0], EXPOSURE_BETA);
      terms[1] = total / 8.0;
    }
    return;
  }
  let each = 1.0 / f32(u.frames);
  let to_exposure = dterms[0] * each * smooth_l1_slope(means[0], EXPOSURE_BETA);
  for (var frame = thread; frame < u.frames; frame += 64u) {
    dexposure[frame] = to_exposure;
    for (var i = 0u; i < 4u; i++) {
      let offset = spread(i, vec2f(means[1u + 2u * i], means[2u + 2u * i]));
      let slopes =
        vec2f(smooth_l1_slope(offset.x, COLOUR_BETA), smooth_l1_slope(offset.y, COLOUR_BETA));
      // The spread is symmetric.
      let latent = dterms[1] * each / 8.0 * spread(i, slopes);
      dcolour[8u * frame + 2u * i] = latent.x;
      dcolour[8u * frame + 2u * i + 1u] = latent.y;
    }
  }
}

fn smooth_l1(x: f32, beta: f32) -> f32 {
  return select(abs(x) - 0.5 * beta, 0.5 * x * x / beta, abs(x) < beta);
}

fn smooth_l1_slope(x: f32, beta: f32) -> f32 {
  return select(sign(x), x / beta, abs(x) < beta);
}
