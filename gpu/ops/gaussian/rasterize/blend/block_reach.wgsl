// Which blocks of a tile a Gaussian shows in; a thread of 32 owns a block of 4 x 2 pixels. Wants `ellipse_of`
// and the override TIGHT.

// Threads by eights own 8 x 8 pixels: what runs in step stays close together.
fn block_corner(lane: u32) -> vec2u {
  return vec2u(
    (lane & 1u) | ((lane >> 2u) & 2u),
    ((lane >> 1u) & 3u) | ((lane >> 2u) & 4u),
  ) * vec2u(4u, 2u);
}

// Groups of four columns that the ellipse reaches in four bands of two rows, as bits 0 to 3.
fn reach_of_bands(e: Ellipse, x: f32, low: vec4f) -> vec4u {
  // Room for rounding, in pixels: more for what is far away.
  let slack = 0.05 + 1e-6 * (abs(e.centre.x) + abs(e.centre.y));
  let high = low + 1.0;
  let y_right = clamp(vec4f(e.rightmost), low, high);
  let y_left = clamp(vec4f(-e.rightmost), low, high);
  let reach = e.level * e.conic.x;
  let zero = vec4f(0.0);
  let right = (sqrt(max(zero, reach - e.determinant * y_right * y_right)) - e.conic.y * y_right) /
    e.conic.x + x + slack;
  let left = (-sqrt(max(zero, reach - e.determinant * y_left * y_left)) - e.conic.y * y_left) /
    e.conic.x + x - slack;
  let first = clamp(ceil((left - 3.0) / 4.0), zero, vec4f(4.0));
  let end = clamp(floor(right / 4.0) + 1.0, first, vec4f(4.0));
  let inside = (high >= vec4f(-e.half_height - slack)) & (low <= vec4f(e.half_height + slack));
  return select(vec4u(0u), (vec4u(1u) << vec4u(end)) - (vec4u(1u) << vec4u(first)), inside);
}

// A bit for each thread of the tile: whether its block may hold a pixel of the Gaussian.
fn block_reach(place: vec4f, shape: vec4f, corner: vec2u) -> u32 {
  if (!TIGHT) { return 0xffffffffu; }
  let e = ellipse_of(place.xy, vec3f(place.zw, shape.x), shape.y);
  if (e.level < 0.0) { return 0u; }
  if (!(e.determinant > 0.0)) { return 0xffffffffu; }
  let x = place.x - f32(corner.x);
  let low = f32(corner.y) - place.y + vec4f(0.0, 2.0, 4.0, 6.0);
  let upper = reach_of_bands(e, x, low);
  let lower = reach_of_bands(e, x, low + 8.0);
  let columns = upper | (lower << vec4u(16u));
  // Two columns of a band stand side by side, the other two eight bits further on.
  let near = columns & vec4u(0x30003u);
  let far = (columns & vec4u(0xc000cu)) << vec4u(6u);
  let both = (near | far) << vec4u(0u, 2u, 4u, 6u);
  return both.x | both.y | both.z | both.w;
}

// Reach of 32 Gaussians; what is not there reaches nothing. Words, not vectors: a thread that writes one
// component may overwrite the others.
var<workgroup> reach: array<u32, 32>;

fn four_of_list(k: u32, lane: u32) -> u32 {
  let words = vec4u(reach[k], reach[k + 1u], reach[k + 2u], reach[k + 3u]);
  let bits = ((words >> vec4u(lane)) & vec4u(1u)) << (vec4u(0u, 1u, 2u, 3u) + k);
  return bits.x | bits.y | bits.z | bits.w;
}

// Which of the 32 reach the block of a thread; spelled out, as each turn of a loop costs more than this.
fn list_of(lane: u32) -> u32 {
  return four_of_list(0u, lane) | four_of_list(4u, lane) | four_of_list(8u, lane) |
    four_of_list(12u, lane) | four_of_list(16u, lane) | four_of_list(20u, lane) |
    four_of_list(24u, lane) | four_of_list(28u, lane);
}
