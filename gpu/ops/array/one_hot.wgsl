// y[i, c] = 1 where index[i] is c, else 0; one thread owns one value.
struct Uniforms { count: u32, classes: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k < u.count) {
    y[k] = select(0.0, 1.0, index[k / u.classes] == k % u.classes);
  }
}
