// dgrids = 2 weight (what each entry exceeds its neighbours by) dloss; a thread owns one entry.
struct Uniforms { size: vec3u, count: u32, weights: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> grids: array<f32>;
@group(0) @binding(2) var<storage, read> dloss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dgrids: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.count) { return; }
  let node = vec3u(
    n % u.size.x, (n / u.size.x) % u.size.y, (n / (u.size.x * u.size.y)) % u.size.z,
  );
  let value = grids[n];
  var sum = 0.0;
  var step = 1u;
  for (var axis = 0u; axis < 3u; axis++) {
    var excess = 0.0;
    if (node[axis] + 1u < u.size[axis]) { excess += value - grids[n + step]; }
    if (node[axis] > 0u) { excess += value - grids[n - step]; }
    sum += 2.0 * u.weights[axis] * excess;
    step *= u.size[axis];
  }
  dgrids[n] = dloss[0] * sum;
}
