// Of each listed voxel the nearest point; partials = sums of their smooth L1, and how many there are. A workgroup strides over the voxels.
struct Uniforms { size: vec3u, points: u32, origin: vec3f, cell: f32, beta: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> listed: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read_write> nearest: array<u32>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var i = group.x * 64u + lane; i < count[0]; i += groups.x * 64u) {
    let place = voxel_place(listed[i]);
    var least = 3.4e38;
    var chosen = 0u;
    for (var point = 0u; point < u.points; point++) {
      let apart = place - point_place(point);
      let squared = dot(apart, apart);
      if (squared < least) {
        least = squared;
        chosen = point;
      }
    }
    nearest[i] = chosen;
    sum += vec2f(smooth_l1(point_place(chosen) - place), 1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
