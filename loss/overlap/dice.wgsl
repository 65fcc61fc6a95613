// loss = mean over classes of w (1 - (2 sum p t + 1) / (sum p p + sum t + 1)), and its derivatives;
// one thread.
struct Uniforms { channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<ClassSums>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradients: array<ClassGradient>;
override WEIGHTED: u32 = 0u;

@compute @workgroup_size(1)
fn main() {
  var total = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    let s = sums[c];
    var weight = 1.0 / f32(u.channels);
    if (WEIGHTED != 0u) { weight *= weights[c]; }
    let numerator = 2.0 * s.p_inside + 1.0;
    let denominator = s.squares + s.inside + 1.0;
    total += weight * (1.0 - numerator / denominator);
    gradients[c] = ClassGradient(
      -2.0 * weight / denominator,
      0.0,
      2.0 * weight * numerator / denominator / denominator,
      0.0,
    );
  }
  loss[0] = total;
}
