// The map of chromaticities that takes blue, red, green and grey to where the offsets put them.
struct Homography { targets: mat3x3f, grey: vec3f, crossed: mat3x3f, lambda: vec3f, pair: u32, map: mat3x3f }

// Symmetric 2x2 matrices (b00, b01, b11) of blue, red, green, grey: offsets = B latent.
const SPREAD = array<vec3f, 4>(
  vec3f(0.0480542, -0.0043631, 0.0481283), vec3f(0.0580570, -0.0179872, 0.0431061),
  vec3f(0.0433336, -0.0180537, 0.0580500), vec3f(0.0128369, -0.0034654, 0.0128158),
);
const SMALLEST = 1e-20;

fn spread(which: u32, latent: vec2f) -> vec2f {
  var all = SPREAD;
  let b = all[which];
  return vec2f(dot(b.xy, latent), dot(b.yz, latent));
}

fn row(m: mat3x3f, i: u32) -> vec3f {
  return vec3f(m[0][i], m[1][i], m[2][i]);
}

// diag(lambda) times the map from red, green and intensity to blue, red and green shares.
fn shares_of(targets: mat3x3f, lambda: vec3f) -> mat3x3f {
  let blue = targets[0] * lambda.x;
  return mat3x3f(targets[1] * lambda.y - blue, targets[2] * lambda.z - blue, blue);
}

// From four latent pairs: columns of `targets` are blue, red, green.
fn homography_of(blue: vec2f, red: vec2f, green: vec2f, grey: vec2f) -> Homography {
  var h: Homography;
  h.targets = mat3x3f(
    vec3f(spread(0u, blue), 1.0),
    vec3f(vec2f(1.0, 0.0) + spread(1u, red), 1.0),
    vec3f(vec2f(0.0, 1.0) + spread(2u, green), 1.0),
  );
  h.grey = vec3f(vec2f(1.0 / 3.0) + spread(3u, grey), 1.0);
  h.crossed = mat3x3f(
    cross(h.grey, h.targets[0]), cross(h.grey, h.targets[1]), cross(h.grey, h.targets[2]),
  );
  h.pair = 0u;
  h.lambda = cross(row(h.crossed, 0u), row(h.crossed, 1u));
  if (dot(h.lambda, h.lambda) < SMALLEST) {
    h.pair = 1u;
    h.lambda = cross(row(h.crossed, 0u), row(h.crossed, 2u));
    if (dot(h.lambda, h.lambda) < SMALLEST) {
      h.pair = 2u;
      h.lambda = cross(row(h.crossed, 1u), row(h.crossed, 2u));
    }
  }
  h.map = shares_of(h.targets, h.lambda);
  return h;
}
