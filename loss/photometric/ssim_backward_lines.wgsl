// As ssim_backward.wgsl; one thread owns four pixels of each of the rows that ssim_walk.wgsl walks down.
struct Uniforms {
  width: u32, height: u32, crop: u32, scale: f32, absolute: f32, planes: u32, columns: u32, strips: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read> by_mean: array<f32>;
@group(0) @binding(4) var<storage, read> by_square: array<f32>;
@group(0) @binding(5) var<storage, read> by_product: array<f32>;
@group(0) @binding(6) var<storage, read> dmap: array<f32>;
@group(0) @binding(7) var<storage, read_write> dimg1: array<f32>;

alias Sums = Slopes;

fn no_sums() -> Sums {
  return no_slopes();
}

fn add_at(s: ptr<function, Sums>, tap: vec4f, x: i32, y: i32, plane: u32, shift: vec2f) {
  let slopes = slopes_at(x, y, plane, shift);
  add_pixel(s, tap, slopes.x, slopes.y, slopes.z);
}

fn plus(sum: Sums, row: Sums, weight: f32) -> Sums {
  return Sums(
    sum.constant + weight * row.constant,
    sum.x + weight * row.x,
    sum.y + weight * row.y,
  );
}

fn store_column(s: Sums, lane: u32, pixel: vec2u, plane: u32, shift: vec2f) {
  let x = pixel.x + lane;
  if (x >= u.width) { return; }
  store_gradient(
    vec3f(s.constant[lane], s.x[lane], s.y[lane]),
    plane + pixel.y * u.width + x,
    shift,
  );
}

fn row_done(done: Sums, pixel: vec2u, plane: u32, shift: vec2f) {
  store_column(done, 0u, pixel, plane, shift);
  store_column(done, 1u, pixel, plane, shift);
  store_column(done, 2u, pixel, plane, shift);
  store_column(done, 3u, pixel, plane, shift);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (has_strip(index)) { walk(index); }
}
