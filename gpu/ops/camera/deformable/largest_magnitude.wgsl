// largest = max |x| as bits, which order like the magnitudes themselves; a workgroup owns a run of values.
struct Uniforms { count: u32, run: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> largest: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * u.run;
  var most = 0u;
  for (var i = first + lane; i < min(first + u.run, u.count); i += 64u) {
    most = max(most, bitcast<u32>(x[i]) & 0x7fffffffu);
  }
  if (most > 0u) {
    atomicMax(&largest[0], most);
  }
}
