// c = activation(scale (a b) + bias + residual); a workgroup of 8 threads owns 16 x 32 values, a thread four columns (software adapters).
// A and B begin on whole vec4s, as do their rows, and the depth of a part is a multiple of four. For a
// convolution B is an image's shifted copies (shifted_copies.wgsl), read once for each tap.
struct Uniforms {
  rows: u32, cols: u32, depth: u32, batches: u32, parts: u32, part_depth: u32,
  a_stride: u32, b_stride: u32, a_batch: u32, b_batch: u32, c_batch: u32, c_row: u32, c_col: u32,
  a_start: u32, b_start: u32, c_start: u32, row_start: u32, col_start: u32,
  // Rows and columns of taps; tap (i, j) reads B from (i % phases) * phase + (i * reach.x / reach.y) * line + j * shift on.
  taps: vec2u, phases: u32, phase: u32, reach: vec2u, line: u32, shift: u32,
  // C's columns are pixels of lines `pitch` long, of which `width` are stored: (y, x) at c_step * (y, x).
  pitch: u32, width: u32, c_step: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;

// Whether the depth is B's contiguous axis.
override B_ALONG_K: bool = false;
// Whether there are more than eight rows.
override TALL: bool = true;
// Whether B's columns are the taps of each channel.
override TAP_COLUMNS: bool = false;
// Whether C's columns are pixels of lines with gaps.
override GRID: bool = false;
// Sums of short runs are added up apart: rounding grows with the root of a run's length, and one run
// over some hundred depths is half again as far off.
const RUN = 32u;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let place = register_place(group.x + group.y * groups.x);
  if (!place.live) { return; }
  base_a = u.a_start + place.batch * u.a_batch;
  first_row = u.row_start;
  let row = place.row;
  let col = place.col + 4u * lane;
  let columns = column_starts(u.b_start + place.batch * u.b_batch, col);
  var sum0 = mat4x4f();
  var sum1 = mat4x4f();
  var sum2 = mat4x4f();
  var sum3 = mat4x4f();
  let tap_rows = select(u.taps.x, 1u, TAP_COLUMNS);
  let tap_cols = select(u.taps.y, 1u, TAP_COLUMNS);
  for (var i = 0u; i < tap_rows; i++) {
    var at = columns + tap_row(vec4u(i));
    for (var j = 0u; j < tap_cols; j++) {
      for (var run = place.k_begin; run < place.k_end; run += RUN) {
        let end = min(run + RUN, place.k_end);
        var run0 = mat4x4f();
        var run1 = mat4x4f();
        var run2 = mat4x4f();
        var run3 = mat4x4f();
        for (var k = run; k < end; k += 4u) {
          let b = four_columns(at, k);
          let rows = sixteen_rows(row, k, lane);
          run0 = add_product(first_four(rows), b, run0);
          run1 = add_product(second_four(rows), b, run1);
          if (TALL) {
            run2 = add_product(third_four(rows), b, run2);
            run3 = add_product(last_four(rows), b, run3);
          }
        }
        sum0 += run0;
        sum1 += run1;
        if (TALL) {
          sum2 += run2;
          sum3 += run3;
        }
      }
      base_a += u.depth;
      at += u.shift;
    }
  }
  let start = u.c_start + place.slab * u.c_batch;
  // In turn, as all at once takes three times as long to compile.
  let row_end = min(row + select(8u, 16u, TALL), u.rows);
  for (var next = row; next < row_end; next += 4u) {
    store_rows(start, next, col, sum0);
    sum0 = sum1;
    sum1 = sum2;
    sum2 = sum3;
  }
}

// sum + A B, where a[k] holds four rows at one depth, b[k] and sum[i] four columns.
fn add_product(a: mat4x4f, b: mat4x4f, sum: mat4x4f) -> mat4x4f {
  return outer_product(a[3], b[3], outer_product(a[2], b[2],
    outer_product(a[1], b[1], outer_product(a[0], b[0], sum))));
}

// Where four columns begin. Columns past the end repeat the last one; they are never stored.
fn column_starts(start: u32, col: u32) -> vec4u {
  let last = u.cols - 1u;
  let four = min(col + vec4u(0u, 1u, 2u, 3u), vec4u(last));
  if (TAP_COLUMNS) {
    let tap = four % (u.taps.x * u.taps.y);
    let channel = four / (u.taps.x * u.taps.y);
    return start + channel * u.b_stride + tap_row(tap / u.taps.y) + tap % u.taps.y * u.shift;
  }
  if (B_ALONG_K) { return start + four * u.b_stride; }
  return vec4u(start + min(col, last & ~3u));
}

// How far from the first row of taps a row of taps reads.
fn tap_row(i: vec4u) -> vec4u {
  return i % u.phases * u.phase + i * u.reach.x / u.reach.y * u.line;
}

// Four columns at four depths.
fn four_columns(columns: vec4u, k: u32) -> mat4x4f {
  if (B_ALONG_K) {
    let at = (columns + k) >> vec4u(2u);
    return transpose(mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]));
  }
  let at = columns.x + k * u.b_stride;
  return mat4x4f(
    b[at >> 2u],
    b[(at + u.b_stride) >> 2u],
    b[(at + 2u * u.b_stride) >> 2u],
    b[(at + 3u * u.b_stride) >> 2u],
  );
}

fn column_offset(col: u32) -> u32 {
  if (!GRID) { return col * u.c_col; }
  let x = col % u.pitch;
  return select(NOWHERE, dot(vec2u(col / u.pitch, x), u.c_step), x < u.width);
}

// Workgroups run along the shorter side first, whose operand stays in the cache while the other passes.
fn register_place(index: u32) -> GemmPlace {
  let row_tiles = (u.rows + 15u) / 16u;
  let col_tiles = (u.cols + 31u) / 32u;
  let rows_first = u.rows < u.cols;
  let tiles = select(col_tiles, row_tiles, rows_first);
  let others = select(row_tiles, col_tiles, rows_first);
  let outer = index / tiles;
  let slab = outer / others;
  let at = vec2u(index % tiles, outer % others);
  let tile = select(at.yx, at, rows_first);
  let k_begin = (slab % u.parts) * u.part_depth;
  let batch = slab / u.parts;
  return GemmPlace(
    16u * tile.x, 32u * tile.y,
    k_begin, min(u.depth, k_begin + u.part_depth), batch, slab, batch < u.batches,
  );
}
