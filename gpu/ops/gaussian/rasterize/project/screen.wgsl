// One Gaussian as the screen sees it; wants the uniforms of the view and two overrides: RAW for
// logarithms of scales, logits of opacities and quaternions of any length, PRECOMPUTED for given covariances.
const NEAR = 0.2;
const BLUR = 0.3;
// The Jacobian is that of a point at most 1.3 times as far off the middle as the image reaches.
const REACH = 1.3;

struct Shape {
  // Columns of rotation times scale; unused where the covariance is given.
  column0: vec3f,
  column1: vec3f,
  column2: vec3f,
  // (xx, yy, zz) and (xy, xz, yz).
  squares: vec3f,
  products: vec3f,
}

struct Screen {
  t: vec3f,
  // The point at which the Jacobian is taken, and 1 where it is the point itself.
  bent: vec2f,
  free: vec2f,
  // Rows of the Jacobian times the rotation of the view.
  row0: vec3f,
  row1: vec3f,
  // (xx, xy, yy) before the blur, and the determinants before and after it.
  covariance: vec3f,
  sharp: f32,
  blurred: f32,
  // What antialiasing multiplies the opacity by.
  fade: f32,
  pixel: vec2f,
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

// A row in the frame of the camera, in that of the world.
fn rotated(row: vec3f) -> vec3f {
  return row.x * view_row(0u) + row.y * view_row(1u) + row.z * view_row(2u);
}

fn project(p: vec3f, shape: Shape) -> Screen {
  var screen: Screen;
  screen.t = (p.x * u.view0 + p.y * u.view1 + p.z * u.view2 + u.view3).xyz;
  let t = screen.t;
  let clip = p.x * u.projection0 + p.y * u.projection1 + p.z * u.projection2 + u.projection3;
  let size = vec2f(u.size);
  screen.pixel = ((clip.xy * (1.0 / (clip.w + 1e-7)) + 1.0) * size - 1.0) * 0.5;
  let limit = REACH * u.tangents;
  let slope = t.xy / t.z;
  screen.bent = clamp(slope, u.middle - limit, u.middle + limit) * t.z;
  screen.free = select(
    vec2f(0.0),
    vec2f(1.0),
    (slope >= u.middle - limit) & (slope <= u.middle + limit),
  );
  let focal = size / (2.0 * u.tangents);
  let near = focal / t.z;
  let tilt = -near * screen.bent / t.z;
  screen.row0 = near.x * view_row(0u) + tilt.x * view_row(2u);
  screen.row1 = near.y * view_row(1u) + tilt.y * view_row(2u);
  if (LENS != 0u) {
    let shown = lens_place(t);
    screen.pixel = vec2f(shown.u.value, shown.v.value);
    let at = lens_bent(t);
    screen.bent = at.xy;
    screen.free = select(
      vec2f(0.0),
      vec2f(1.0),
      (slope >= u.lens_limits.xz) & (slope <= u.lens_limits.yw),
    );
    let bent = lens_place(at);
    screen.row0 = rotated(bent.u.slope);
    screen.row1 = rotated(bent.v.slope);
  }
  let c0 = times_covariance(shape, screen.row0);
  let c1 = times_covariance(shape, screen.row1);
  screen.covariance = vec3f(dot(screen.row0, c0), dot(screen.row0, c1), dot(screen.row1, c1));
  let c = screen.covariance;
  if (PRECOMPUTED) {
    screen.sharp = max(0.0, c.x * c.z - c.y * c.y);
  } else {
    // By Cauchy and Binet, free of the cancellation in xx yy - xy xy.
    let b0 = vec3f(
      dot(screen.row0, shape.column0),
      dot(screen.row0, shape.column1),
      dot(screen.row0, shape.column2),
    );
    let b1 = vec3f(
      dot(screen.row1, shape.column0),
      dot(screen.row1, shape.column1),
      dot(screen.row1, shape.column2),
    );
    let minors = cross(b0, b1);
    screen.sharp = dot(minors, minors);
  }
  screen.blurred = screen.sharp + BLUR * (c.x + c.z) + BLUR * BLUR;
  screen.fade = select(1.0, sqrt(max(2.5e-5, screen.sharp / screen.blurred)), u.antialiasing == 1u);
  return screen;
}

// Inverse of the blurred covariance: (xx, xy, yy).
fn conic_of(screen: Screen) -> vec3f {
  let c = screen.covariance;
  return vec3f(c.z + BLUR, -c.y, c.x + BLUR) / screen.blurred;
}
