// dz = dy slope of the activation that gave y, and sum[c] = sum of dz[r, c]; one thread owns one column.
struct Uniforms { rows: u32, cols: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> dz: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<f32>;

override KIND: u32 = 0u;
// As in column_sum.wgsl.
const RUN = 256u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let col = id.x + id.y * groups.x * 64u;
  if (col >= u.cols) { return; }
  var total = 0.0;
  var row = 0u;
  while (row < u.rows) {
    let run_end = min(u.rows, row + RUN);
    var run = 0.0;
    for (; row < run_end; row++) {
      let i = row * u.cols + col;
      // Selected, not multiplied: a slope of 0 stops an infinite dy as well.
      let slope = activation_slope(KIND, y[i]);
      let value = select(dy[i] * slope, 0.0, slope == 0.0);
      dz[i] = value;
      run += value;
    }
    total += run;
  }
  sum[col] = total;
}
