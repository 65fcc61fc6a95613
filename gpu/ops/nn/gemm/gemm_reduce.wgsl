// c = activation(scale (sum over parts of partial) + bias + residual), parts in order; one thread owns one value.
struct Uniforms {
  rows: u32, cols: u32, batches: u32, parts: u32, size: u32, c_batch: u32, c_row: u32, c_col: u32, c_start: u32,
  row_start: u32, col_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.size * u.batches) { return; }
  first_row = u.row_start;
  let batch = index / u.size;
  let within = index % u.size;
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += partial[(batch * u.parts + part) * u.size + within];
  }
  // Partial sums are dense, in the order of c.
  let row = select(within % u.rows, within / u.cols, u.c_col == 1u);
  let col = select(within / u.rows, within % u.cols, u.c_col == 1u);
  store_one(u.c_start + batch * u.c_batch, row, col, sum);
}

fn column_offset(col: u32) -> u32 {
  return col * u.c_col;
}
