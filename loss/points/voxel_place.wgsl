// The centre of a voxel (x * size.y + y) * size.z + z in metres, and smooth L1 (Girshick 2015) axis by axis.
fn voxel_place(voxel: u32) -> vec3f {
  let cell = vec3u(voxel / (u.size.y * u.size.z), voxel / u.size.z % u.size.y, voxel % u.size.z);
  return fma(vec3f(cell) + 0.5, vec3f(u.cell), u.origin);
}

fn point_place(point: u32) -> vec3f {
  return vec3f(points[3u * point], points[3u * point + 1u], points[3u * point + 2u]);
}

fn smooth_l1(apart: vec3f) -> f32 {
  let d = abs(apart);
  let terms = select(d - 0.5 * u.beta, 0.5 * d * d / u.beta, d < vec3f(u.beta));
  return terms.x + terms.y + terms.z;
}

fn smooth_l1_slope(apart: vec3f) -> vec3f {
  return clamp(apart / u.beta, vec3f(-1.0), vec3f(1.0));
}
