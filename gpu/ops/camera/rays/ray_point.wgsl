// The point of the world that a camera sees in a pixel at a depth: the kernel declares `projection`, whose
// last row must be (0, 0, 0, 1). Rows are combined before they are crossed, so that nothing cancels.
fn ray_point(camera: u32, pixel: vec2f, depth: f32) -> vec3f {
  let at = 16u * camera;
  let x = vec4f(projection[at], projection[at + 1u], projection[at + 2u], projection[at + 3u]);
  let y = vec4f(projection[at + 4u], projection[at + 5u], projection[at + 6u], projection[at + 7u]);
  let z = vec4f(projection[at + 8u], projection[at + 9u], projection[at + 10u], projection[at + 11u]);
  let a = x - pixel.x * z;
  let b = y - pixel.y * z;
  let bc = cross(b.xyz, z.xyz);
  let ca = cross(z.xyz, a.xyz);
  let ab = cross(a.xyz, b.xyz);
  return (-a.w * bc - b.w * ca + (depth - z.w) * ab) / dot(a.xyz, bc);
}
