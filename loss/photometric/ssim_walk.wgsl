// Sums over windows at four columns of STRIP rows each; one thread walks down them with the sums of the eleven
// windows that a row takes part in (software adapters: few loads, no barriers). Wants the window, `pixel_at`,
// and of what is summed: Sums, no_sums, plus, add_at for a pixel, and row_done for a row whose windows are whole.
const STRIP = 32;

// Sums of a row from five pixels before the first of four on.
fn row_sums(x: i32, y: i32, plane: u32, shift: vec2f) -> Sums {
  var s = no_sums();
  if (y < 0 || y >= i32(u.height)) { return s; }
  add_at(&s, TAP0, x, y, plane, shift);
  add_at(&s, TAP1, x + 1, y, plane, shift);
  add_at(&s, TAP2, x + 2, y, plane, shift);
  add_at(&s, TAP3, x + 3, y, plane, shift);
  add_at(&s, TAP4, x + 4, y, plane, shift);
  add_at(&s, TAP5, x + 5, y, plane, shift);
  add_at(&s, TAP6, x + 6, y, plane, shift);
  add_at(&s, TAP7, x + 7, y, plane, shift);
  add_at(&s, TAP8, x + 8, y, plane, shift);
  add_at(&s, TAP9, x + 9, y, plane, shift);
  add_at(&s, TAP10, x + 10, y, plane, shift);
  add_at(&s, TAP11, x + 11, y, plane, shift);
  add_at(&s, TAP12, x + 12, y, plane, shift);
  add_at(&s, TAP13, x + 13, y, plane, shift);
  return s;
}

// Whether there is a strip of that number.
fn has_strip(index: u32) -> bool {
  return index < u.planes * u.strips * u.columns;
}

fn walk(index: u32) {
  let column = index % u.columns * 4u;
  let strip = index / u.columns % u.strips * u32(STRIP);
  let plane = index / u.columns / u.strips * u.width * u.height;
  // Variances do not change when a number is taken off all values, and differences of pixels neither, but
  // what is summed cancels less: a value from the middle serves for all of the strip.
  let middle = min(vec2u(column + 2u, strip + u32(STRIP) / 2u), vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  // Windows that end 9, 8, ... 0 rows after the one that is added.
  var w0 = no_sums();
  var w1 = no_sums();
  var w2 = no_sums();
  var w3 = no_sums();
  var w4 = no_sums();
  var w5 = no_sums();
  var w6 = no_sums();
  var w7 = no_sums();
  var w8 = no_sums();
  var w9 = no_sums();
  let rows = min(STRIP, i32(u.height - strip));
  for (var row = -5; row < rows + 5; row++) {
    let r = row_sums(i32(column) - 5, i32(strip) + row, plane, shift);
    let done = plus(w0, r, W0);
    w0 = plus(w1, r, W1);
    w1 = plus(w2, r, W2);
    w2 = plus(w3, r, W3);
    w3 = plus(w4, r, W4);
    w4 = plus(w5, r, W5);
    w5 = plus(w6, r, W4);
    w6 = plus(w7, r, W3);
    w7 = plus(w8, r, W2);
    w8 = plus(w9, r, W1);
    w9 = plus(no_sums(), r, W0);
    if (row >= 5) {
      row_done(done, vec2u(column, strip + u32(row - 5)), plane, shift);
    }
  }
}
