// loss = -log precision - log recall - log specificity of "not empty", and its derivatives by the
// probability of empty; one thread.
struct Uniforms { channels: u32, empty: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<ClassSums>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradients: array<ClassGradient>;
const EPS = 1e-5;

@compute @workgroup_size(1)
fn main() {
  for (var c = 0u; c < u.channels; c++) {
    gradients[c] = ClassGradient();
  }
  loss[0] = 0.0;
  // Of the class "empty": what is occupied lies outside of it, with the probability q.
  let s = sums[u.empty];
  if (s.inside + s.outside == 0.0) { return; }
  let mass = s.q_inside + s.q_outside + EPS;
  let purity = minus_log(s.q_outside / mass);
  let recall = minus_log(s.q_outside / (s.outside + EPS));
  let specificity = minus_log(s.p_inside / (s.inside + EPS));
  loss[0] = purity.x + recall.x + specificity.x;
  var gradient = ClassGradient();
  gradient.outside = -purity.y * (s.q_inside + EPS) / mass / mass - recall.y / (s.outside + EPS);
  gradient.inside = purity.y * s.q_outside / mass / mass + specificity.y / (s.inside + EPS);
  gradients[u.empty] = gradient;
}
