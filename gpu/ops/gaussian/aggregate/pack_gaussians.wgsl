// record = (mean, weight), (xx, yy, zz, xy), (yz, xz, s0, -), (s1 .. s4), ...; a thread owns one Gaussian.
struct Uniforms { gaussians: u32, channels: u32, quads: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> inverse_covariance: array<f32>;
@group(0) @binding(3) var<storage, read> density: array<f32>;
@group(0) @binding(4) var<storage, read> opacities: array<f32>;
@group(0) @binding(5) var<storage, read> semantics: array<f32>;
@group(0) @binding(6) var<storage, read> boxes: array<i32>;
@group(0) @binding(7) var<storage, read_write> records: array<vec4f>;
// Lowest and highest cell of the box, 10 bits for each axis.
@group(0) @binding(8) var<storage, read_write> corners: array<vec2u>;

override ADDITIVE: bool;
// Whether the shape takes in the factors of the exponent, or stays as it is.
override SCALED: bool;
// Whether a Gaussian hides what its opacity says, or as much as a solid one.
override FADED: bool;
const LOG2_E = 1.4426950408889634;
// (2 pi)^(-3/2)
const NORMALIZER = 0.06349363593424097;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let start = g * (3u + u.quads);
  var weight = opacities[g];
  if (!ADDITIVE) {
    weight *= NORMALIZER * density[g];
  }
  records[start] = vec4f(means[3u * g], means[3u * g + 1u], means[3u * g + 2u], weight);
  // exp2 takes the factor -1/2 log2(e) of the quadratic form; each off-diagonal entry counts twice.
  let c = 6u * g;
  var scale = vec4f(1.0);
  // A `select` of constants by an override brings naga 29 down.
  if (SCALED) {
    scale = -LOG2_E * vec4f(0.5, 0.5, 0.5, 1.0);
  }
  records[start + 1u] = scale * vec4f(
    inverse_covariance[c], inverse_covariance[c + 1u], inverse_covariance[c + 2u],
    inverse_covariance[c + 3u],
  );
  var low = 0u;
  var high = 0u;
  var empty = false;
  for (var axis = 0u; axis < 3u; axis++) {
    empty = empty || boxes[c + axis] > boxes[c + 3u + axis];
    low |= u32(clamp(boxes[c + axis], 0, 1023)) << (10u * axis);
    high |= u32(clamp(boxes[c + 3u + axis], 0, 1023)) << (10u * axis);
  }
  if (empty) {
    low = 1u;
    high = 0u;
  }
  corners[g] = vec2u(low, high);
  var amplitude = 1.0;
  if (FADED) {
    amplitude = opacities[g];
  }
  records[start + 2u] = vec4f(
    scale.w * inverse_covariance[c + 4u], scale.w * inverse_covariance[c + 5u],
    semantics[g * u.channels], amplitude,
  );
  for (var quad = 0u; quad < u.quads; quad++) {
    var values = vec4f(0.0);
    for (var i = 0u; i < 4u; i++) {
      let channel = 1u + 4u * quad + i;
      if (channel < u.channels) {
        values[i] = semantics[g * u.channels + channel];
      }
    }
    records[start + 3u + quad] = values;
  }
}
