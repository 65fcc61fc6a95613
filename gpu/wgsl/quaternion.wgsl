// Quaternions (w, x, y, z) as vec4f(w, x, y, z). The rotation R of the normalised quaternion is
// handed on with its rows as columns, that is, transposed: in GaussianFormer that is world_from_local.
// Homogeneous in the quaternion, so that the zero quaternion gives the zero matrix, as upstream.
const SHORTEST = 1e-12;

fn normalized(q: vec4f) -> vec4f {
  return q / norm_of(q);
}

// The norm without overflow or underflow of the squares, and no shorter than SHORTEST.
fn norm_of(q: vec4f) -> f32 {
  let largest = max(max(abs(q.x), abs(q.y)), max(abs(q.z), abs(q.w)));
  if (!(largest > 0.0)) { return SHORTEST; }
  let scaled = q / largest;
  return max(largest * sqrt(dot(scaled, scaled)), SHORTEST);
}

// Gradient through `normalized` of the quaternion q.
fn normalized_backward(q: vec4f, gradient: vec4f) -> vec4f {
  let norm = norm_of(q);
  if (norm <= SHORTEST) { return gradient / SHORTEST; }
  let unit = q / norm;
  return (gradient - unit * dot(unit, gradient)) / norm;
}

// Rows of R(q) for a quaternion that is normalised already, as columns.
fn rotation_rows(q: vec4f) -> mat3x3f {
  let w = q.x;
  let v = q.yzw;
  return mat3x3f(
    vec3f(w * w + v.x * v.x - v.y * v.y - v.z * v.z, 2.0 * (v.x * v.y - w * v.z), 2.0 * (v.x * v.z + w * v.y)),
    vec3f(2.0 * (v.x * v.y + w * v.z), w * w - v.x * v.x + v.y * v.y - v.z * v.z, 2.0 * (v.y * v.z - w * v.x)),
    vec3f(2.0 * (v.x * v.z - w * v.y), 2.0 * (v.y * v.z + w * v.x), w * w - v.x * v.x - v.y * v.y + v.z * v.z),
  );
}

// Gradient of the normalised quaternion from that of the rows of R.
fn rotation_rows_backward(q: vec4f, d: mat3x3f) -> vec4f {
  let w = q.x;
  let v = q.yzw;
  let twist = vec3f(d[2].y - d[1].z, d[0].z - d[2].x, d[1].x - d[0].y);
  let sums = vec3f(d[1].z + d[2].y, d[0].z + d[2].x, d[0].y + d[1].x);
  return 2.0 * vec4f(
    w * (d[0].x + d[1].y + d[2].z) + dot(v, twist),
    v.x * (d[0].x - d[1].y - d[2].z) + v.y * sums.z + v.z * sums.y + w * twist.x,
    v.y * (d[1].y - d[0].x - d[2].z) + v.x * sums.z + v.z * sums.x + w * twist.y,
    v.z * (d[2].z - d[0].x - d[1].y) + v.x * sums.y + v.y * sums.x + w * twist.z,
  );
}

// The Hamilton product a b.
fn multiplied(a: vec4f, b: vec4f) -> vec4f {
  return vec4f(
    a.x * b.x - dot(a.yzw, b.yzw), a.x * b.yzw + b.x * a.yzw + cross(a.yzw, b.yzw),
  );
}
