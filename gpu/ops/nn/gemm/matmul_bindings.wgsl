// What matmul_workgroup.wgsl is given.
struct Uniforms {
  rows: u32, cols: u32, depth: u32, batches: u32, parts: u32, part_depth: u32,
  a_stride: u32, b_stride: u32, a_batch: u32, b_batch: u32, c_batch: u32, c_row: u32, c_col: u32,
  a_start: u32, b_start: u32, c_start: u32, row_start: u32, col_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;
