// Where a pixel lies among the nodes of a grid: `size` is columns, rows, levels.
const LUMINANCE = vec3f(0.299, 0.587, 0.114);

fn place_of(n: u32) -> vec2f {
  if (PLACED) { return places[n]; }
  return (vec2f(f32(n % u.width), f32(n / u.width)) + 0.5) / vec2f(f32(u.width), f32(u.height));
}

fn coordinate_of(place: vec2f, luminance: f32) -> vec3f {
  return clamp(vec3f(place, luminance), vec3f(0.0), vec3f(1.0)) * vec3f(u.size - 1u);
}
