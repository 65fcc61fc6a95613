// Sum of each run of 64 weights, in their order; one thread owns a run.
struct Uniforms {
  count: u32,
  nodes: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

const CHILDREN = 64u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let node = id.x + id.y * groups.x * 64u;
  if (node >= u.nodes) { return; }
  var sum = 0.0;
  for (var i = CHILDREN * node; i < min(u.count, CHILDREN * (node + 1u)); i++) {
    sum += weights[i];
  }
  sums[node] = sum;
}
