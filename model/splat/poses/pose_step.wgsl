// Matrices 4x4 of a pose and of its correction, columns first; wants `poses` and `corrections`.

fn pose_at(n: u32) -> mat4x4f {
  var pose: mat4x4f;
  for (var i = 0u; i < 16u; i++) {
    pose[i % 4u][i / 4u] = poses[16u * n + i];
  }
  return pose;
}

// Rows of a rotation from two vectors near the first axes, made orthonormal one after the other (Zhou
// et al. 2019), and how long they were.
struct Turn { x: vec3f, y: vec3f, z: vec3f, length_x: f32, length_y: f32, given_y: vec3f }

fn turn_of(n: u32) -> Turn {
  let at = 9u * n + 3u;
  let first = vec3f(1.0, 0.0, 0.0) +
    vec3f(corrections[at], corrections[at + 1u], corrections[at + 2u]);
  let second = vec3f(0.0, 1.0, 0.0) +
    vec3f(corrections[at + 3u], corrections[at + 4u], corrections[at + 5u]);
  let x = first / length(first);
  let rest = second - dot(x, second) * x;
  let y = rest / length(rest);
  return Turn(x, y, cross(x, y), length(first), length(rest), second);
}

fn step_of(n: u32) -> mat4x4f {
  let turn = turn_of(n);
  let at = 9u * n;
  return mat4x4f(
    vec4f(turn.x.x, turn.y.x, turn.z.x, 0.0),
    vec4f(turn.x.y, turn.y.y, turn.z.y, 0.0),
    vec4f(turn.x.z, turn.y.z, turn.z.z, 0.0),
    vec4f(corrections[at], corrections[at + 1u], corrections[at + 2u], 1.0),
  );
}

// Of a matrix whose last row is 0 0 0 1: a rotation, perhaps scaled, and a step.
fn inverse_of(m: mat4x4f) -> mat4x4f {
  let a = m[0].xyz;
  let b = m[1].xyz;
  let c = m[2].xyz;
  let volume = dot(a, cross(b, c));
  let rows = mat3x3f(cross(b, c) / volume, cross(c, a) / volume, cross(a, b) / volume);
  let back = -(m[3].xyz * rows);
  return mat4x4f(
    vec4f(rows[0].x, rows[1].x, rows[2].x, 0.0),
    vec4f(rows[0].y, rows[1].y, rows[2].y, 0.0),
    vec4f(rows[0].z, rows[1].z, rows[2].z, 0.0),
    vec4f(back, 1.0),
  );
}
