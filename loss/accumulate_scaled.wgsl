// total += weight * term, of single numbers.
struct Uniforms { weight: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> term: array<f32>;
@group(0) @binding(2) var<storage, read_write> total: array<f32>;

@compute @workgroup_size(1)
fn main() {
  total[0] += u.weight * term[0];
}
