// Gradients of corrections and poses from that of the views; a thread owns one pose.
struct Uniforms { poses: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> poses: array<f32>;
@group(0) @binding(2) var<storage, read> corrections: array<f32>;
@group(0) @binding(3) var<storage, read> dviews: array<f32>;
@group(0) @binding(4) var<storage, read_write> dposes: array<f32>;
@group(0) @binding(5) var<storage, read_write> dcorrections: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x;
  if (n >= u.poses) { return; }
  let pose = pose_at(n);
  let step = step_of(n);
  let view = inverse_of(pose * step);
  var dview: mat4x4f;
  for (var i = 0u; i < 16u; i++) {
    dview[i % 4u][i / 4u] = dviews[16u * n + i];
  }
  let back = transpose(view);
  let dmoved = (back * dview * back) * -1.0;
  let dpose = dmoved * transpose(step);
  for (var i = 0u; i < 16u; i++) {
    dposes[16u * n + i] = dpose[i % 4u][i / 4u];
  }
  let dstep = transpose(pose) * dmoved;
  let turn = turn_of(n);
  let dz = vec3f(dstep[0].z, dstep[1].z, dstep[2].z);
  // z = x cross y.
  var dx = vec3f(dstep[0].x, dstep[1].x, dstep[2].x) + cross(turn.y, dz);
  let dy = vec3f(dstep[0].y, dstep[1].y, dstep[2].y) + cross(dz, turn.x);
  let drest = (dy - turn.y * dot(turn.y, dy)) / turn.length_y;
  // rest = second - (x . second) x.
  let along = dot(turn.x, drest);
  let dsecond = drest - along * turn.x;
  dx -= dot(turn.x, turn.given_y) * drest + along * turn.given_y;
  let dfirst = (dx - turn.x * dot(turn.x, dx)) / turn.length_x;
  let at = 9u * n;
  for (var axis = 0u; axis < 3u; axis++) {
    dcorrections[at + axis] = dstep[3][axis];
    dcorrections[at + 3u + axis] = dfirst[axis];
    dcorrections[at + 6u + axis] = dsecond[axis];
  }
}
