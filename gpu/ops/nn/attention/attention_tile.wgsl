// What the kernels of attention share: 16 rows at a time of two tensors in workgroup memory, a head's
// vectors of up to 64 numbers in registers (what a loop indexes goes to memory), and a pair's score.
const ROWS = 16u;
const MOST_QUADS = 16u;

// Whether a head is wider than 32.
override WIDE: bool;
// 0: none; 1: a number for each head, query and key; 2: minus a weight for each query and head times a distance.
override BIAS: u32;
override MASKED: bool;

var<workgroup> tile_a: array<vec4f, 256>;
var<workgroup> tile_b: array<vec4f, 256>;

// 32 numbers.
struct Half { a: vec4f, b: vec4f, c: vec4f, d: vec4f, e: vec4f, f: vec4f, g: vec4f, h: vec4f }

fn vector_at(start: u32, row: u32, head: u32) -> u32 {
  return start + (row * u.heads + head) * u.quads;
}

fn quad_or_zero(at: u32, quad: u32) -> vec4f {
  if (quad >= u.quads) { return vec4f(0.0); }
  return packed[at + quad];
}

fn half_at(at: u32, first: u32) -> Half {
  return Half(
    quad_or_zero(at, first), quad_or_zero(at, first + 1u),
    quad_or_zero(at, first + 2u), quad_or_zero(at, first + 3u),
    quad_or_zero(at, first + 4u), quad_or_zero(at, first + 5u),
    quad_or_zero(at, first + 6u), quad_or_zero(at, first + 7u),
  );
}

// Rows `first` to `first + ROWS` of a head, by the 64 threads; what a head lacks to 16 vec4s is 0.
fn load_tiles(start_a: u32, start_b: u32, first: u32, rows: u32, head: u32, lane: u32) {
  for (var i = lane; i < ROWS * MOST_QUADS; i += 64u) {
    let row = min(first + i / MOST_QUADS, rows - 1u);
    tile_a[i] = quad_or_zero(vector_at(start_a, row, head), i % MOST_QUADS);
    tile_b[i] = quad_or_zero(vector_at(start_b, row, head), i % MOST_QUADS);
  }
}

fn half_of_a(row: u32, first: u32) -> Half {
  let at = row * MOST_QUADS + first;
  return Half(
    tile_a[at], tile_a[at + 1u], tile_a[at + 2u], tile_a[at + 3u],
    tile_a[at + 4u], tile_a[at + 5u], tile_a[at + 6u], tile_a[at + 7u],
  );
}

fn half_of_b(row: u32, first: u32) -> Half {
  let at = row * MOST_QUADS + first;
  return Half(
    tile_b[at], tile_b[at + 1u], tile_b[at + 2u], tile_b[at + 3u],
    tile_b[at + 4u], tile_b[at + 5u], tile_b[at + 6u], tile_b[at + 7u],
  );
}

fn product(x: Half, y: Half) -> f32 {
  let four = fma(x.a, y.a, fma(x.b, y.b, fma(x.c, y.c, x.d * y.d))) +
    fma(x.e, y.e, fma(x.f, y.f, fma(x.g, y.g, x.h * y.h)));
  return (four.x + four.y) + (four.z + four.w);
}

// x factor + weight y
fn blend(x: Half, factor: f32, weight: f32, y: Half) -> Half {
  let w = vec4f(weight);
  return Half(
    fma(w, y.a, x.a * factor), fma(w, y.b, x.b * factor),
    fma(w, y.c, x.c * factor), fma(w, y.d, x.d * factor),
    fma(w, y.e, x.e * factor), fma(w, y.f, x.f * factor),
    fma(w, y.g, x.g * factor), fma(w, y.h, x.h * factor),
  );
}

fn place_of(row: u32) -> vec3f {
  return vec3f(places[3u * row], places[3u * row + 1u], places[3u * row + 2u]);
}

fn bias_at(query: u32, key: u32, head: u32) -> u32 {
  return ((head - u.first_head) * u.queries + query) * u.keys + key;
}

fn score_of(similarity: f32, query: u32, key: u32, head: u32) -> f32 {
  let score = similarity * u.scale;
  if (BIAS == 1u) { return score + bias[bias_at(query, key, head)]; }
  if (BIAS == 2u) {
    return score - bias[query * u.heads + head] * distance(place_of(query), place_of(key));
  }
  return score;
}

fn is_kept(query: u32, key: u32) -> bool {
  return !MASKED || mask[query * u.keys + key] != 0u;
}

fn store(at: u32, first: u32, x: Half) {
  if (first < u.quads) { results[at + first] = x.a; }
  if (first + 1u < u.quads) { results[at + first + 1u] = x.b; }
  if (first + 2u < u.quads) { results[at + first + 2u] = x.c; }
  if (first + 3u < u.quads) { results[at + first + 3u] = x.d; }
  if (first + 4u < u.quads) { results[at + first + 4u] = x.e; }
  if (first + 5u < u.quads) { results[at + first + 5u] = x.f; }
  if (first + 6u < u.quads) { results[at + first + 6u] = x.g; }
  if (first + 7u < u.quads) { results[at + first + 7u] = x.h; }
}
