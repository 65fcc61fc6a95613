// c = activation(scale value + bias + residual); scale goes by row, bias by row (1) or column (2).
override BIAS: u32 = 0u;
override SCALE: bool = false;
override RESIDUAL: bool = false;
override ACTIVATION: u32 = 0u;
// Whether four neighbours along the axis that is contiguous in c are stored at once.
override STORE_VECTORS: bool = false;
override C_ALONG_ROWS: bool = false;

// The offset of a column that is not stored.
const NOWHERE = 0xffffffffu;

// Index of row 0 in bias and scale; kernels add a group's first row.
var<private> first_row: u32;

fn finish(value: f32, row: u32, col: u32, at: u32) -> f32 {
  var z = value;
  if (SCALE) { z *= scale[first_row + row]; }
  if (BIAS == 1u) { z += bias[first_row + row]; }
  if (BIAS == 2u) { z += bias[u.col_start + col]; }
  if (RESIDUAL) { z += residual[at]; }
  return activate(ACTIVATION, z);
}

// Four rows of four columns; `start` is where the batch's c begins.
fn store_rows(start: u32, row: u32, col: u32, block: mat4x4f) {
  if (STORE_VECTORS && C_ALONG_ROWS) {
    let columns = transpose(block);
    store_column(start, row, col, columns[0]);
    store_column(start, row, col + 1u, columns[1]);
    store_column(start, row, col + 2u, columns[2]);
    store_column(start, row, col + 3u, columns[3]);
  } else {
    store_row(start, row, col, block[0]);
    store_row(start, row + 1u, col, block[1]);
    store_row(start, row + 2u, col, block[2]);
    store_row(start, row + 3u, col, block[3]);
  }
}

fn store_row(start: u32, row: u32, col: u32, value: vec4f) {
  if (row >= u.rows || col >= u.cols) { return; }
  if (STORE_VECTORS) {
    let at = start + row * u.c_row + col;
    c[at >> 2u] = vec4f(
      finish(value.x, row, col, at), finish(value.y, row, col + 1u, at + 1u),
      finish(value.z, row, col + 2u, at + 2u), finish(value.w, row, col + 3u, at + 3u),
    );
  } else {
    store_one(start, row, col, value.x);
    store_one(start, row, col + 1u, value.y);
    store_one(start, row, col + 2u, value.z);
    store_one(start, row, col + 3u, value.w);
  }
}

fn store_column(start: u32, row: u32, col: u32, value: vec4f) {
  if (row >= u.rows || col >= u.cols) { return; }
  let at = start + row + col * u.c_col;
  c[at >> 2u] = vec4f(
    finish(value.x, row, col, at), finish(value.y, row + 1u, col, at + 1u),
    finish(value.z, row + 2u, col, at + 2u), finish(value.w, row + 3u, col, at + 3u),
  );
}

fn store_one(start: u32, row: u32, col: u32, value: f32) {
  let offset = column_offset(col);
  if (col >= u.cols || offset == NOWHERE) { return; }
  let at = start + row * u.c_row + offset;
  c[at >> 2u][at & 3u] = finish(value, row, col, at);
}
