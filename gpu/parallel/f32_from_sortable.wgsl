// y = the number whose sortable bits are x; one value a thread.
struct Uniforms { count: u32, descending: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let bits = select(x[i], ~x[i], u.descending == 1u);
  y[i] = bitcast<f32>(select(~bits, bits & 0x7fffffffu, (bits >> 31u) == 1u));
}
