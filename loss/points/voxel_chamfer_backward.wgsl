// dpoint = slope towards its nearest voxel, and towards the voxels whose nearest point it is, each as a mean; a workgroup owns one point.
struct Uniforms { size: vec3u, points: u32, origin: vec3f, cell: f32, beta: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> listed: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read> nearest_point: array<u32>;
@group(0) @binding(5) var<storage, read> nearest_voxel: array<u32>;
@group(0) @binding(6) var<storage, read> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> dpoints: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = group.x + group.y * groups.x;
  if (point >= u.points) { return; }
  let place = point_place(point);
  var sum = vec3f(0.0);
  for (var i = lane; i < count[0]; i += 64u) {
    if (nearest_point[i] == point) { sum += smooth_l1_slope(place - voxel_place(listed[i])); }
  }
  let of_voxels = vec3f(
    workgroup_sum(sum.x, lane), workgroup_sum(sum.y, lane), workgroup_sum(sum.z, lane),
  );
  if (lane != 0u) { return; }
  var gradient = vec3f(0.0);
  if (count[0] > 0u) {
    gradient = of_voxels / f32(count[0]) +
      smooth_l1_slope(place - voxel_place(nearest_voxel[point])) / f32(u.points);
  }
  for (var axis = 0u; axis < 3u; axis++) {
    dpoints[3u * point + axis] = dy[0] * gradient[axis];
  }
}
