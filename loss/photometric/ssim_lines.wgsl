// As ssim.wgsl; one thread owns four pixels of each of the rows that ssim_walk.wgsl walks down.
struct Uniforms { width: u32, height: u32, planes: u32, columns: u32, strips: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read_write> map: array<f32>;
@group(0) @binding(4) var<storage, read_write> by_mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> by_square: array<f32>;
@group(0) @binding(6) var<storage, read_write> by_product: array<f32>;
@group(0) @binding(7) var<storage, read_write> partials: array<vec2f>;

alias Sums = Moments;
var<private> compared: vec2f;

fn no_sums() -> Sums {
  return no_moments();
}

fn add_at(m: ptr<function, Sums>, tap: vec4f, x: i32, y: i32, plane: u32, shift: vec2f) {
  let pixel = pixel_or_zero(x, y, plane, shift);
  add_pixel(m, tap, pixel.x, pixel.y);
}

fn plus(sum: Sums, row: Sums, weight: f32) -> Sums {
  return Sums(
    sum.x + weight * row.x,
    sum.y + weight * row.y,
    sum.squares + weight * row.squares,
    sum.xy + weight * row.xy,
  );
}

fn compare_column(m: Sums, lane: u32, pixel: vec2u, plane: u32, shift: vec2f) -> vec2f {
  let x = pixel.x + lane;
  if (x >= u.width) { return vec2f(0.0); }
  let own = pixel_at(plane + pixel.y * u.width + x) - shift;
  let sums = vec4f(m.x[lane], m.y[lane], m.squares[lane], m.xy[lane]);
  return compare(sums, vec2u(x, pixel.y), plane, shift, own);
}

fn row_done(done: Sums, pixel: vec2u, plane: u32, shift: vec2f) {
  compared += compare_column(done, 0u, pixel, plane, shift) +
    compare_column(done, 1u, pixel, plane, shift) +
    compare_column(done, 2u, pixel, plane, shift) +
    compare_column(done, 3u, pixel, plane, shift);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let owned = group.x + group.y * groups.x;
  let index = owned * 64u + lane;
  compared = vec2f(0.0);
  if (has_strip(index)) { walk(index); }
  if (SUMS) {
    let difference = workgroup_sum(compared.x, lane);
    let similarity = workgroup_sum(compared.y, lane);
    if (lane == 0u) {
      partials[owned] = vec2f(difference, similarity);
    }
  }
}
