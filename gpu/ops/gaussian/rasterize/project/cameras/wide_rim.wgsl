// What the unscented transform asks of wide.wgsl, as lens_rim.wgsl of lens.wgsl.
fn beyond_rim(t: vec3f) -> bool {
  return WIDE == 1u && !camera_shows(t);
}

fn rim_height() -> f32 {
  return cos(u.lens_thin.z) / sin(u.lens_thin.z);
}

fn point_inside(t: vec3f) -> bool {
  return camera_shows(t) && !point_lost(t);
}

fn point_lost(t: vec3f) -> bool {
  return WIDE == 3u && !(t.z > 0.0);
}

// A place of an equirectangular picture on the side of its seam where another is.
fn beside(pixel: vec2f, centre: vec2f) -> vec2f {
  let width = f32(u.size.x);
  let turns = select(0.0, round((pixel.x - centre.x) / width), WIDE == 2u);
  return pixel - vec2f(turns * width, 0.0);
}

fn depth_slope(t: vec3f) -> vec3f {
  return select(t / camera_depth(t), vec3f(0.0, 0.0, 1.0), WIDE == 3u);
}
