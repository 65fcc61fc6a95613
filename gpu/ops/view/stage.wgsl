// What a scene stands on: lines on the ground and an arrow ahead, and the car whose cameras saw it. Places are metres from
// the point on the ground below the lidar (x right, y ahead, z up); a depth is a multiple of the ray.
const STAGE_FAR = 1e30;
const STAGE_INK = vec3f(0.11, 0.12, 0.14);
const LINE_INK = 0.3;
const ARROW_INK = 0.9;
// Lines are at least so wide, metres, and so many pixels.
const LEAST_LINE = 0.08;
const LINE_PIXELS = 1.1;
// Above what is exactly as high as the ground.
const LIFTED = 0.04;
// The arrow's end and point ahead of the car, and how much it widens.
const ARROW = vec3f(4.0, 9.5, 0.42);
// Low and high corners of the car's body and of its cabin.
const BODY = array(vec3f(-0.95, -2.3, 0.3), vec3f(0.95, 2.3, 0.95));
const CABIN = array(vec3f(-0.78, -1.7, 0.95), vec3f(0.78, 0.9, 1.55));
const BODY_PAINT = vec3f(0.12, 0.13, 0.15);
const CABIN_PAINT = vec3f(0.93, 0.94, 0.96);

// Colour of the car and its depth, STAGE_FAR where the ray passes it.
fn car_on(start: vec3f, ray: vec3f) -> vec4f {
  let body = box_on(start, ray, BODY[0], BODY[1]);
  let cabin = box_on(start, ray, CABIN[0], CABIN[1]);
  let paint = select(BODY_PAINT * body.x, CABIN_PAINT * cabin.x, cabin.y < body.y);
  return vec4f(paint, min(body.y, cabin.y));
}

// Light on the side where the ray enters a box, and the depth there.
fn box_on(start: vec3f, ray: vec3f, low: vec3f, high: vec3f) -> vec2f {
  let still = select(ray, vec3f(1e-9), abs(ray) < vec3f(1e-9));
  let walls = array((low - start) / still, (high - start) / still);
  let near = min(walls[0], walls[1]);
  let far = max(walls[0], walls[1]);
  let depth = max(near.x, max(near.y, near.z));
  if ((depth <= 0.0) || (depth >= min(far.x, min(far.y, far.z)))) { return vec2f(0.0, STAGE_FAR); }
  let light = select(select(0.9, 1.0, near.z == depth), 0.72, near.x == depth);
  return vec2f(light, depth);
}

// Where a ray meets the ground, STAGE_FAR where it does not.
fn ground_on(start: vec3f, ray: vec3f) -> f32 {
  let depth = (LIFTED - start.z) / ray.z;
  return select(STAGE_FAR, depth, (ray.z < 0.0) && (depth > 0.0));
}

// How much of a place on the ground is covered by lines `spacing` metres apart within `bounds` (low x and y, high x and
// y), of which a pixel covers `pixel` metres; none where the spacing is 0.
fn ink_at(place: vec2f, pixel: f32, bounds: vec4f, spacing: f32) -> f32 {
  if (spacing <= 0.0) { return 0.0; }
  let half = 0.5 * max(LEAST_LINE, LINE_PIXELS * pixel);
  if (any(place < (bounds.xy - half)) || any(place > (bounds.zw + half))) { return 0.0; }
  let ahead = place.y - ARROW.x;
  if ((ahead > 0.0) && (abs(place.x) < (ARROW.z * (ARROW.y - place.y)))) { return ARROW_INK; }
  let away = abs(place - spacing * round(place / spacing));
  return select(0.0, LINE_INK, min(away.x, away.y) < half);
}
