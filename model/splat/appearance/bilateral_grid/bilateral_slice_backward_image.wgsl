// dimage = A' dy + luminance weights times what the map gains along the levels; a thread owns one pixel.
struct Uniforms { width: u32, height: u32, size: vec3u, start: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> grids: array<f32>;
@group(0) @binding(2) var<storage, read> image: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<vec2f>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dimage: array<f32>;

override PLACED: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  let pixels = u.width * u.height;
  if (n >= pixels) { return; }
  let colour = vec3f(image[n], image[pixels + n], image[2u * pixels + n]);
  let luminance = dot(colour, LUMINANCE);
  let cell = cell_of(place_of(n), luminance);
  var gradient = vec3f(0.0);
  var along = 0.0;
  for (var channel = 0u; channel < 3u; channel++) {
    let given = dy[channel * pixels + n];
    for (var column = 0u; column < 4u; column++) {
      let low = level(cell, 4u * channel + column, cell.low.z);
      let high = level(cell, 4u * channel + column, cell.high.z);
      if (column < 3u) { gradient[column] += given * mix(low, high, cell.part.z); }
      along += given * (high - low) * select(1.0, colour[min(column, 2u)], column < 3u);
    }
  }
  // Held at both ends, so that nothing flows there.
  if (luminance > 0.0 && luminance < 1.0) {
    gradient += along * f32(u.size.z - 1u) * LUMINANCE;
  }
  dimage[n] = gradient.x;
  dimage[pixels + n] = gradient.y;
  dimage[2u * pixels + n] = gradient.z;
}
