// y[c, p] = rgb a + background (1 - a), or rgb as stored, or a alone; one thread owns one RGBA pixel.
struct Uniforms { background: vec3f, count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// 0 over the background, 1 as stored, 2 alpha.
override PLANES = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let bytes = (vec4u(pixels[i]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u);
  let rgba = vec4f(bytes) / 255.0;
  if (PLANES == 2u) {
    y[i] = rgba.a;
    return;
  }
  let rgb = select(rgba.rgb * rgba.a + u.background * (1.0 - rgba.a), rgba.rgb, PLANES == 1u);
  y[i] = rgb.x;
  y[i + u.count] = rgb.y;
  y[i + 2u * u.count] = rgb.z;
}
