// Partial sums of squared differences of neighbours along columns, rows and levels, each axis by its weight; forward; a thread owns every so manieth entry.
struct Uniforms { size: vec3u, count: u32, weights: vec3f, threads: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> grids: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  var sum = 0.0;
  for (var n = group.x * 64u + thread; n < u.count; n += u.threads) {
    let node = node_of(n);
    let value = grids[n];
    var step = 1u;
    for (var axis = 0u; axis < 3u; axis++) {
      if (node[axis] + 1u < u.size[axis]) {
        let difference = grids[n + step] - value;
        sum += u.weights[axis] * difference * difference;
      }
      step *= u.size[axis];
    }
  }
  let total = workgroup_sum(sum, thread);
  if (thread == 0u) { partials[group.x] = total; }
}

fn node_of(n: u32) -> vec3u {
  return vec3u(
    n % u.size.x, (n / u.size.x) % u.size.y, (n / (u.size.x * u.size.y)) % u.size.z,
  );
}
