// What conv2d_weight_workgroup.wgsl is given.
struct Uniforms {
  rows: u32, cols: u32, depth: u32, batches: u32, parts: u32, part_depth: u32,
  a_stride: u32, a_batch: u32, b_batch: u32, c_batch: u32, c_row: u32, c_col: u32,
  a_start: u32, b_start: u32, c_start: u32, row_start: u32, col_start: u32,
  // Pixels of the image; columns of dy's pixel grid; taps in all and in a row.
  plane: u32, image: vec2i, grid_width: u32, taps: u32, tap_cols: u32,
  // Source pixel = step * pixel + tap_start + tap_step * tap, (y, x).
  step: vec2i, tap_start: vec2i, tap_step: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;
