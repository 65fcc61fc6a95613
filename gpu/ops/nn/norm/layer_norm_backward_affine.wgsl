// partial[p] = (sum of dy n, sum of dy) over the rows of part p, n = normalised x; one thread owns one
// element of one part.
struct Uniforms { elements: u32, rows: u32, per_part: u32, stride: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> stats: array<vec2f>;
@group(0) @binding(3) var<storage, read> dy: array<Element>;
// [parts, 2, stride]
@group(0) @binding(4) var<storage, read_write> partial: array<Element>;

// Sums of short runs are added up apart: rounding grows with the length of a run.
const RUN = 64u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let part = index / u.elements;
  let c = index % u.elements;
  var row = part * u.per_part;
  if (row >= u.rows) { return; }
  let end = min(u.rows, row + u.per_part);
  var weighted = Element();
  var sum = Element();
  while (row < end) {
    let run_end = min(end, row + RUN);
    var run_weighted = Element();
    var run_sum = Element();
    for (; row < run_end; row++) {
      let d = dy[row * u.elements + c];
      run_weighted += d * ((x[row * u.elements + c] - stats[row].x) * stats[row].y);
      run_sum += d;
    }
    weighted += run_weighted;
    sum += run_sum;
  }
  partial[2u * part * u.stride + c] = weighted;
  partial[(2u * part + 1u) * u.stride + c] = sum;
}
