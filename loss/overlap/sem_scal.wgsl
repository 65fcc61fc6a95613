// loss = mean over the classes seen of -log precision - log recall - log specificity, and its
// derivatives; only classes that are counted, of a few, so a single thread does them all.
struct Uniforms { channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<ClassSums>;
@group(0) @binding(2) var<storage, read> counted: array<u32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradients: array<ClassGradient>;
const EPS = 1e-5;

@compute @workgroup_size(1)
fn main() {
  var seen = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    seen += select(0.0, 1.0, counted[c] != 0u && sums[c].inside > 0.0);
  }
  var total = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    let s = sums[c];
    var gradient = ClassGradient();
    if (counted[c] != 0u && s.inside > 0.0) {
      let mass = s.p_inside + s.p_outside + EPS;
      if (mass > EPS) {
        let purity = minus_log(s.p_inside / mass);
        total += purity.x;
        gradient.inside += purity.y * (s.p_outside + EPS) / mass / mass;
        gradient.outside -= purity.y * s.p_inside / mass / mass;
      }
      let recall = minus_log(s.p_inside / (s.inside + EPS));
      total += recall.x;
      gradient.inside += recall.y / (s.inside + EPS);
      if (s.outside > 0.0) {
        let specificity = minus_log(s.q_outside / (s.outside + EPS));
        total += specificity.x;
        gradient.outside -= specificity.y / (s.outside + EPS);
      }
      gradient.inside /= seen;
      gradient.outside /= seen;
    }
    gradients[c] = gradient;
  }
  loss[0] = total / max(seen, 1.0);
}
