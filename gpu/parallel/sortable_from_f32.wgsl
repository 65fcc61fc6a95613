// y = bits whose unsigned order is the order of x (NaN last, zeros equal), reversed if descending; one value a thread.
struct Uniforms { count: u32, descending: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  var bits = bitcast<u32>(x[i]);
  let magnitude = bits & 0x7fffffffu;
  if (magnitude == 0u) {
    bits = 0u;
  } else if (magnitude > 0x7f800000u) {
    bits = 0x7fc00000u;
  }
  // Negative numbers grow with shrinking magnitude; positive ones come after them.
  bits = select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
  y[i] = select(bits, ~bits, u.descending == 1u);
}
