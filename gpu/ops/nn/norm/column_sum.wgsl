// partial[p, c] = sum of x[r, c] over the rows of part p; one thread owns one column of one part.
struct Uniforms { rows: u32, cols: u32, start: u32, per_part: u32, first_part: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

// Sums of short runs are added up apart: rounding grows with the length of a run.
const RUN = 256u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let part = index / u.cols;
  let col = index % u.cols;
  var row = part * u.per_part;
  if (row >= u.rows) { return; }
  let end = min(u.rows, row + u.per_part);
  var total = 0.0;
  while (row < end) {
    let run_end = min(end, row + RUN);
    var sum = 0.0;
    for (; row < run_end; row++) {
      sum += x[u.start + row * u.cols + col];
    }
    total += sum;
  }
  partial[(u.first_part + part) * u.cols + col] = total;
}
