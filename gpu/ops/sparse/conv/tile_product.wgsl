// Product of two tiles in workgroup memory: 64 rows by 4 QUADS columns over 16 terms, by 4 QUADS threads,
// each of which owns 8 rows (8 t ...) by 8 columns (quads c and c + QUADS / 2), t = lane / (QUADS / 2),
// c = lane % (QUADS / 2).
override QUADS = 32u;
override THREADS = 128u;
var<workgroup> tile_rows: array<vec4f, 256>;
var<workgroup> tile_columns: array<vec4f, 512>;

// sums[2 r] and sums[2 r + 1] belong to row r of the thread. Indices are constants, so that the sums
// stay in registers.
fn multiply_tiles(sums: ptr<function, array<vec4f, 16>>, lane: u32) {
  let rows = 2u * (lane / (QUADS / 2u));
  let columns = lane % (QUADS / 2u);
  for (var k = 0u; k < 16u; k++) {
    let a = tile_rows[16u * k + rows];
    let b = tile_rows[16u * k + rows + 1u];
    let low = tile_columns[QUADS * k + columns];
    let high = tile_columns[QUADS * k + columns + QUADS / 2u];
    (*sums)[0] = fma(vec4f(a.x), low, (*sums)[0]);
    (*sums)[1] = fma(vec4f(a.x), high, (*sums)[1]);
    (*sums)[2] = fma(vec4f(a.y), low, (*sums)[2]);
    (*sums)[3] = fma(vec4f(a.y), high, (*sums)[3]);
    (*sums)[4] = fma(vec4f(a.z), low, (*sums)[4]);
    (*sums)[5] = fma(vec4f(a.z), high, (*sums)[5]);
    (*sums)[6] = fma(vec4f(a.w), low, (*sums)[6]);
    (*sums)[7] = fma(vec4f(a.w), high, (*sums)[7]);
    (*sums)[8] = fma(vec4f(b.x), low, (*sums)[8]);
    (*sums)[9] = fma(vec4f(b.x), high, (*sums)[9]);
    (*sums)[10] = fma(vec4f(b.y), low, (*sums)[10]);
    (*sums)[11] = fma(vec4f(b.y), high, (*sums)[11]);
    (*sums)[12] = fma(vec4f(b.z), low, (*sums)[12]);
    (*sums)[13] = fma(vec4f(b.z), high, (*sums)[13]);
    (*sums)[14] = fma(vec4f(b.w), low, (*sums)[14]);
    (*sums)[15] = fma(vec4f(b.w), high, (*sums)[15]);
  }
}
