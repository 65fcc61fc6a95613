// A camera without a lens: the picture is what `projection` makes of the world.
// The Jacobian is that of a point at most 1.3 times as far off the middle as the image reaches.
const REACH = 1.3;

fn camera_shows(t: vec3f) -> bool {
  return true;
}

fn camera_depth(t: vec3f) -> f32 {
  return t.z;
}

// Where the camera shows the point t of its frame, p of the world, and the rows of its Jacobian.
fn look(p: vec3f, t: vec3f) -> Screen {
  var screen: Screen;
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
  return screen;
}
