// Adds the workgroups' sums up in order, and takes them through the colour map and the decoded responses to the rows of a frame and a camera; a single workgroup.
struct Uniforms { camera: u32, frame: u32, groups: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read> colour: array<f32>;
@group(0) @binding(3) var<storage, read> response: array<f32>;
@group(0) @binding(4) var<storage, read_write> dexposure: array<f32>;
@group(0) @binding(5) var<storage, read_write> dvignetting: array<f32>;
@group(0) @binding(6) var<storage, read_write> dcolour: array<f32>;
@group(0) @binding(7) var<storage, read_write> dresponse: array<f32>;

override FRAME: bool;
override CAMERA: bool;
const SUMS = 37u;
var<workgroup> totals: array<f32, 37>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
  if (thread < SUMS) {
    var sum = 0.0;
    for (var i = 0u; i < u.groups; i++) {
      sum += partials[SUMS * i + thread];
    }
    totals[thread] = sum;
  }
  workgroupBarrier();
  if (CAMERA) {
    if (thread < 15u) { dvignetting[15u * u.camera + thread] = totals[10u + thread]; }
    if (thread < 12u) {
      let raw = response[12u * u.camera + thread];
      let share = 1.0 / (1.0 + exp(-raw));
      // The centre is a sigmoid, the others a softplus.
      let slope = select(share, share * (1.0 - share), thread % 4u == 3u);
      dresponse[12u * u.camera + thread] = totals[25u + thread] * slope;
    }
  }
  if (FRAME && thread == 0u) {
    dexposure[u.frame] = totals[0];
    to_colours();
  }
}

fn to_colours() {
  let at = 8u * u.frame;
  let h = homography_of(
    vec2f(colour[at], colour[at + 1u]), vec2f(colour[at + 2u], colour[at + 3u]),
    vec2f(colour[at + 4u], colour[at + 5u]), vec2f(colour[at + 6u], colour[at + 7u]),
  );
  var dmap: mat3x3f;
  for (var i = 0u; i < 9u; i++) {
    dmap[i % 3u][i / 3u] = totals[1u + i];
  }
  let last = h.map[2][2];
  if (abs(last) > SMALLEST) {
    let along = dot(dmap[0], h.map[0]) + dot(dmap[1], h.map[1]) + dot(dmap[2], h.map[2]);
    dmap = dmap * (1.0 / last);
    dmap[2][2] -= along / (last * last);
  }
  // map = (red lambda_y - blue lambda_x, green lambda_z - blue lambda_x, blue lambda_x).
  let dblue = dmap[2] - dmap[0] - dmap[1];
  var dtargets = mat3x3f(dblue * h.lambda.x, dmap[0] * h.lambda.y, dmap[1] * h.lambda.z);
  let dlambda = vec3f(
    dot(dblue, h.targets[0]), dot(dmap[0], h.targets[1]), dot(dmap[1], h.targets[2]),
  );
  // lambda = first x second of two rows of the cross products.
  let first = select(0u, 1u, h.pair == 2u);
  let second = select(1u, 2u, h.pair != 0u);
  let dfirst = cross(row(h.crossed, second), dlambda);
  let dsecond = cross(dlambda, row(h.crossed, first));
  var dgrey = vec3f(0.0);
  for (var column = 0u; column < 3u; column++) {
    var dcrossed = vec3f(0.0);
    dcrossed[first] += dfirst[column];
    dcrossed[second] += dsecond[column];
    // crossed = grey x target.
    dtargets[column] += cross(dcrossed, h.grey);
    dgrey += cross(h.targets[column], dcrossed);
  }
  let offsets = array<vec2f, 4>(dtargets[0].xy, dtargets[1].xy, dtargets[2].xy, dgrey.xy);
  for (var i = 0u; i < 4u; i++) {
    var all = offsets;
    let latent = spread(i, all[i]);
    dcolour[at + 2u * i] = latent.x;
    dcolour[at + 2u * i + 1u] = latent.y;
  }
}
