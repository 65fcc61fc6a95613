// A pose camera_from_world as uniforms want it: four rows of the view, four of the projection, the place; one thread.
struct Uniforms { tangents: vec2f, centre: vec2f }
@group(0) @binding(0) var<uniform> u: Uniforms;
// Row by row, for columns.
@group(0) @binding(1) var<storage, read> pose: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4f>;

const NEAR = 0.01;
const FAR = 100.0;

@compute @workgroup_size(1)
fn main() {
  for (var i = 0u; i < 4u; i++) {
    let view = vec4f(pose[i], pose[4u + i], pose[8u + i], pose[12u + i]);
    rows[i] = view;
    let depth = (view.z * FAR - view.w * (FAR * NEAR)) / (FAR - NEAR);
    rows[4u + i] = vec4f(view.xy / u.tangents + u.centre * view.z, depth, view.z);
  }
  let step = vec3f(pose[3], pose[7], pose[11]);
  var place: vec3f;
  for (var k = 0u; k < 3u; k++) {
    place[k] = -dot(vec3f(pose[k], pose[4u + k], pose[8u + k]), step);
  }
  rows[8] = vec4f(place, 1.0);
}
