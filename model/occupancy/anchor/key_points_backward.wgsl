// Gradients of anchor and learned offsets from those of the key points; a thread owns one Gaussian.
struct Uniforms {
  gaussians: u32, width: u32, fixed: u32, learned: u32, range: vec3f, factor: f32,
  scale_low: f32, scale_range: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> anchor: array<f32>;
@group(0) @binding(2) var<storage, read> learned: array<f32>;
@group(0) @binding(3) var<storage, read> offsets: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> danchor: array<f32>;
@group(0) @binding(6) var<storage, read_write> dlearned: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let points = u.fixed + u.learned;
  let a = g * u.width;
  let position = vec3f(anchor[a], anchor[a + 1u], anchor[a + 2u]);
  let size = vec3f(anchor[a + 3u], anchor[a + 4u], anchor[a + 5u]);
  let q = vec4f(anchor[a + 6u], anchor[a + 7u], anchor[a + 8u], anchor[a + 9u]);
  let unit = normalized(q);
  let rows = rotation_rows(unit);
  let scale = u.scale_low + u.scale_range * safe_sigmoid(size);
  var dmean = vec3f(0.0);
  var dscale = vec3f(0.0);
  var drows = mat3x3f();
  for (var k = 0u; k < points; k++) {
    let p = 3u * (g * points + k);
    let gradient = vec3f(dy[p], dy[p + 1u], dy[p + 2u]);
    let at = 3u * (g * u.learned + k - min(k, u.fixed));
    var offset: vec3f;
    var logit = vec3f(0.0);
    if (k < u.fixed) {
      offset = vec3f(offsets[3u * k], offsets[3u * k + 1u], offsets[3u * k + 2u]);
    } else {
      logit = vec3f(learned[at], learned[at + 1u], learned[at + 2u]);
      offset = u.factor * (safe_sigmoid(logit) - 0.5);
    }
    let local = offset * scale;
    let dlocal = gradient * rows;
    dmean += gradient;
    dscale += dlocal * offset;
    drows += mat3x3f(local.x * gradient, local.y * gradient, local.z * gradient);
    if (k >= u.fixed) {
      let dlogit = u.factor * dlocal * scale * safe_sigmoid_slope(logit);
      dlearned[at] = dlogit.x;
      dlearned[at + 1u] = dlogit.y;
      dlearned[at + 2u] = dlogit.z;
    }
  }
  let dposition = dmean * u.range * safe_sigmoid_slope(position);
  let dsize = dscale * u.scale_range * safe_sigmoid_slope(size);
  let dq = normalized_backward(q, rotation_rows_backward(unit, drows));
  for (var axis = 0u; axis < 3u; axis++) {
    danchor[a + axis] = dposition[axis];
    danchor[a + 3u + axis] = dsize[axis];
  }
  for (var axis = 0u; axis < 4u; axis++) {
    danchor[a + 6u + axis] = dq[axis];
  }
  for (var column = 10u; column < u.width; column++) {
    danchor[a + column] = 0.0;
  }
}
