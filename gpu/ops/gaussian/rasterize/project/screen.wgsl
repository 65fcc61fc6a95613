// One Gaussian in the world; wants a projection (projections/), the uniforms of the view and two overrides:
// RAW for logarithms of scales, logits of opacities and quaternions of any length, PRECOMPUTED for given
// covariances.
const NEAR = 0.2;
const BLUR = 0.3;

struct Shape {
  // Columns of rotation times scale; unused where the covariance is given.
  column0: vec3f,
  column1: vec3f,
  column2: vec3f,
  // (xx, yy, zz) and (xy, xz, yz).
  squares: vec3f,
  products: vec3f,
}

fn is_finite(x: f32) -> bool {
  // By bits, for shader compilers may take it that there are no NaNs.
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn rotation_columns(q: vec4f) -> mat3x3f {
  let w = q.x;
  let x = q.y;
  let y = q.z;
  let z = q.w;
  return mat3x3f(
    vec3f(1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y)),
    vec3f(2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x)),
    vec3f(2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y)),
  );
}

fn row_at(i: u32) -> vec3f {
  return vec3f(means[3u * i], means[3u * i + 1u], means[3u * i + 2u]);
}

fn scale_at(i: u32) -> vec3f {
  let s = vec3f(extents[3u * i], extents[3u * i + 1u], extents[3u * i + 2u]);
  return select(s, exp(s), RAW);
}

fn opacity_at(i: u32) -> f32 {
  let o = opacities[i];
  return select(o, 1.0 / (1.0 + exp(-o)), RAW);
}

// The quaternion and 1 over its length; the length only counts for raw ones.
fn quaternion_at(i: u32) -> vec4f {
  return vec4f(
    rotations[4u * i],
    rotations[4u * i + 1u],
    rotations[4u * i + 2u],
    rotations[4u * i + 3u],
  );
}

fn inverse_length(q: vec4f) -> f32 {
  return select(1.0, 1.0 / max(sqrt(dot(q, q)), 1e-12), RAW);
}

fn shape_at(i: u32) -> Shape {
  var shape: Shape;
  if (PRECOMPUTED) {
    let c = 6u * i;
    shape.squares = vec3f(extents[c], extents[c + 3u], extents[c + 5u]);
    shape.products = vec3f(extents[c + 1u], extents[c + 2u], extents[c + 4u]);
    return shape;
  }
  let q = quaternion_at(i);
  let s = u.scale_modifier * scale_at(i);
  let r = rotation_columns(q * inverse_length(q));
  shape.column0 = r[0] * s.x;
  shape.column1 = r[1] * s.y;
  shape.column2 = r[2] * s.z;
  shape.squares = shape.column0 * shape.column0 + shape.column1 * shape.column1 +
    shape.column2 * shape.column2;
  shape.products = shape.column0.xxy * shape.column0.yzz + shape.column1.xxy * shape.column1.yzz +
    shape.column2.xxy * shape.column2.yzz;
  return shape;
}

fn times_covariance(shape: Shape, a: vec3f) -> vec3f {
  return shape.squares * a + shape.products.xxy * a.yxx + shape.products.yzz * a.zzy;
}

// Rows of the rotation from world to camera.
fn view_row(axis: u32) -> vec3f {
  return vec3f(u.view0[axis], u.view1[axis], u.view2[axis]);
}

// Inverse of the blurred covariance: (xx, xy, yy).
fn conic_of(screen: Screen) -> vec3f {
  let c = screen.covariance;
  return vec3f(c.z + BLUR, -c.y, c.x + BLUR) / screen.blurred;
}
