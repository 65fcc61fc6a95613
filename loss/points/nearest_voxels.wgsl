// Of each point the nearest listed voxel; partials = its smooth L1, and 1. A workgroup owns one point.
struct Uniforms { size: vec3u, points: u32, origin: vec3f, cell: f32, beta: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> listed: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read_write> nearest: array<u32>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;

var<workgroup> distances: array<f32, 64>;
var<workgroup> voxels: array<u32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = group.x + group.y * groups.x;
  if (point >= u.points) { return; }
  let place = point_place(point);
  var least = 3.4e38;
  var chosen = 0u;
  for (var i = lane; i < count[0]; i += 64u) {
    let apart = place - voxel_place(listed[i]);
    let squared = dot(apart, apart);
    if (squared < least) {
      least = squared;
      chosen = listed[i];
    }
  }
  distances[lane] = least;
  voxels[lane] = chosen;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride >>= 1u) {
    if (lane < stride) {
      let other = distances[lane + stride];
      // Of equally near ones the first, so that it does not matter who looked at which.
      if (other < distances[lane] ||
        (other == distances[lane] && voxels[lane + stride] < voxels[lane])) {
        distances[lane] = other;
        voxels[lane] = voxels[lane + stride];
      }
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    nearest[point] = voxels[0];
    // Without any voxel no point is off.
    let any_voxel = count[0] > 0u;
    partials[point] = select(vec2f(0.0), vec2f(smooth_l1(place - voxel_place(voxels[0])), 1.0), any_voxel);
  }
}
