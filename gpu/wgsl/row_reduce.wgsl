// Sum or largest over the LANES neighbouring threads, of a workgroup of 64, that share a row; in a
// fixed order, and all of them get the result. Short rows share a workgroup, which saves barriers.
override LANES: u32 = 64u;
var<workgroup> row_scratch: array<f32, 64>;

fn row_sum(value: f32, lane: u32) -> f32 {
  if (LANES == 1u) { return value; }
  row_scratch[lane] = value;
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride >>= 1u) {
    if (lane % LANES < stride) { row_scratch[lane] += row_scratch[lane + stride]; }
    workgroupBarrier();
  }
  let result = row_scratch[lane - lane % LANES];
  workgroupBarrier();
  return result;
}

// The larger of two values, NaN if one is; compilers take p != p for false, so the bits decide.
fn larger(p: f32, q: f32) -> f32 {
  return select(q, p, p > q || (bitcast<u32>(p) & 0x7fffffffu) > 0x7f800000u);
}

fn row_largest(value: f32, lane: u32) -> f32 {
  if (LANES == 1u) { return value; }
  row_scratch[lane] = value;
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride >>= 1u) {
    if (lane % LANES < stride) {
      row_scratch[lane] = larger(row_scratch[lane], row_scratch[lane + stride]);
    }
    workgroupBarrier();
  }
  let result = row_scratch[lane - lane % LANES];
  workgroupBarrier();
  return result;
}
