// What the unscented transform asks of lens.wgsl.
// Whether the lens bends nothing: points behind it then show at the picture's corner, as gsplat has them.
override STRAIGHT = false;

fn beyond_rim(t: vec3f) -> bool {
  return LENS == 2u && !point_inside(t);
}

// Of the rim, depth by distance from the axis.
fn rim_height() -> f32 {
  return inverseSqrt(u.lens_thin.z);
}

fn point_inside(t: vec3f) -> bool {
  return t.z > 0.0 && camera_shows(t);
}

fn point_lost(t: vec3f) -> bool {
  return STRAIGHT && !(t.z > 0.0);
}

fn beside(pixel: vec2f, centre: vec2f) -> vec2f {
  return pixel;
}

fn depth_slope(t: vec3f) -> vec3f {
  return vec3f(0.0, 0.0, 1.0);
}
