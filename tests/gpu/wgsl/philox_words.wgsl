// y = the words of Philox for one counter and key; one thread in all.
struct Uniforms { counter: vec4u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<vec4u>;

@compute @workgroup_size(1)
fn main() {
  y[0] = philox(u.counter, u.key);
}
