// y = A (r, g, b, 1) with A interpolated in a grid of affine maps at (x, y, luminance) [3, height, width]; a thread owns one pixel.
struct Uniforms { width: u32, height: u32, size: vec3u, start: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> grids: array<f32>;
@group(0) @binding(2) var<storage, read> image: array<f32>;
// Places in [0, 1]; unused where they are the pixels' middles.
@group(0) @binding(3) var<storage, read> places: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
// The maps [12, pixels], where asked for.
@group(0) @binding(5) var<storage, read_write> affine: array<f32>;

override PLACED: bool;
override KEEP: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  let pixels = u.width * u.height;
  if (n >= pixels) { return; }
  let colour = vec3f(image[n], image[pixels + n], image[2u * pixels + n]);
  let cell = cell_of(place_of(n), dot(colour, LUMINANCE));
  for (var channel = 0u; channel < 3u; channel++) {
    var sum = 0.0;
    for (var column = 0u; column < 4u; column++) {
      let at = 4u * channel + column;
      let value = sampled(cell, at);
      sum += value * select(1.0, colour[min(column, 2u)], column < 3u);
      if (KEEP) { affine[at * pixels + n] = value; }
    }
    y[channel * pixels + n] = sum;
  }
}
