// y = sum over runs of x; a thread owns one entry.
struct Uniforms { runs: u32, entries: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let entry = id.x + id.y * groups.x * 64u;
  if (entry >= u.entries) { return; }
  var sum = 0.0;
  for (var run = 0u; run < u.runs; run++) {
    sum += x[run * u.entries + entry];
  }
  y[entry] = sum;
}
