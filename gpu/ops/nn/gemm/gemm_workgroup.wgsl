// 256 threads sum TILE x TILE values of C; blocks of A and B, 1024 / TILE deep, pass through
// workgroup memory, and the next ones are fetched into registers while these are multiplied.
// The kernel binds A as `a`, sets base_a, and gives column_offset and fetch_b: four values along
// B's contiguous axis, 0 outside.
override TILE: u32 = 64u;
// Whether the depth is the contiguous axis.
override A_ALONG_K: bool = true;
override B_ALONG_K: bool = false;
// Whether four values of A can be loaded at once.
override A_VECTORS: bool = false;
override DEPTH: u32 = 1024u / TILE;
// Vectors from one depth to the next; the odd one spreads columns over the memory banks.
override PITCH: u32 = TILE / 4u + 1u;

// Where the batch's A begins.
var<private> base_a: u32;
var<workgroup> block_a: array<vec4f, 272>;
var<workgroup> block_b: array<vec4f, 272>;

struct Quadrants { a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f }

fn gemm_tile(place: GemmPlace, lane: u32) {
  let at_a = fetch_position(lane, A_ALONG_K);
  let at_b = fetch_position(lane, B_ALONG_K);
  let ty = lane / 16u;
  let tx = lane % 16u;
  var sum = Quadrants();
  var next_a = fetch_a(place, place.row + at_a.x, place.k_begin + at_a.y);
  var next_b = fetch_b(place, place.k_begin + at_b.y, place.col + at_b.x);
  for (var k = place.k_begin; k < place.k_end; k += DEPTH) {
    put_a(at_a, next_a);
    put_b(at_b, next_b);
    workgroupBarrier();
    next_a = fetch_a(place, place.row + at_a.x, k + DEPTH + at_a.y);
    next_b = fetch_b(place, k + DEPTH + at_b.y, place.col + at_b.x);
    // Four at a time: drivers do not unroll the loops that naga bounds.
    for (var depth = 0u; depth < DEPTH; depth += 4u) {
      gemm_step(depth, ty, tx, &sum);
      gemm_step(depth + 1u, ty, tx, &sum);
      gemm_step(depth + 2u, ty, tx, &sum);
      gemm_step(depth + 3u, ty, tx, &sum);
    }
    workgroupBarrier();
  }
  let row = place.row + 4u * ty;
  let col = place.col + 4u * tx;
  let start = u.c_start + place.slab * u.c_batch;
  store_rows(start, row, col, sum.a);
  if (TILE == 128u) {
    store_rows(start, row, col + 64u, sum.b);
    store_rows(start, row + 64u, col, sum.c);
    store_rows(start, row + 64u, col + 64u, sum.d);
  }
}

fn fetch_a(place: GemmPlace, row: u32, k: u32) -> vec4f {
  if (row >= u.rows || k >= place.k_end) { return vec4f(); }
  let at = base_a + select(row + k * u.a_stride, row * u.a_stride + k, A_ALONG_K);
  if (A_VECTORS) { return a[at >> 2u]; }
  let count = select(u.rows - row, place.k_end - k, A_ALONG_K);
  var four = vec4f(a[at >> 2u][at & 3u], 0.0, 0.0, 0.0);
  if (count > 1u) { four.y = a[(at + 1u) >> 2u][(at + 1u) & 3u]; }
  if (count > 2u) { four.z = a[(at + 2u) >> 2u][(at + 2u) & 3u]; }
  if (count > 3u) { four.w = a[(at + 3u) >> 2u][(at + 3u) & 3u]; }
  return four;
}

// Row or column (x) and depth (y) of the four values that a thread fetches.
fn fetch_position(lane: u32, along_k: bool) -> vec2u {
  if (along_k) { return vec2u(lane / (DEPTH / 4u), 4u * (lane % (DEPTH / 4u))); }
  return vec2u(4u * (lane % (TILE / 4u)), lane / (TILE / 4u));
}

fn put_a(at: vec2u, value: vec4f) {
  let vector = at.y * PITCH + at.x / 4u;
  if (A_ALONG_K) {
    let lane = at.x % 4u;
    block_a[vector][lane] = value.x;
    block_a[vector + PITCH][lane] = value.y;
    block_a[vector + 2u * PITCH][lane] = value.z;
    block_a[vector + 3u * PITCH][lane] = value.w;
  } else {
    block_a[vector] = value;
  }
}

fn put_b(at: vec2u, value: vec4f) {
  let vector = at.y * PITCH + at.x / 4u;
  if (B_ALONG_K) {
    let lane = at.x % 4u;
    block_b[vector][lane] = value.x;
    block_b[vector + PITCH][lane] = value.y;
    block_b[vector + 2u * PITCH][lane] = value.z;
    block_b[vector + 3u * PITCH][lane] = value.w;
  } else {
    block_b[vector] = value;
  }
}

fn gemm_step(depth: u32, ty: u32, tx: u32, sum: ptr<function, Quadrants>) {
  let a = block_a[depth * PITCH + ty];
  let b = block_b[depth * PITCH + tx];
  (*sum).a = outer_product(a, b, (*sum).a);
  if (TILE == 128u) {
    let far_a = block_a[depth * PITCH + 16u + ty];
    let far_b = block_b[depth * PITCH + 16u + tx];
    (*sum).b = outer_product(a, far_b, (*sum).b);
    (*sum).c = outer_product(far_a, b, (*sum).c);
    (*sum).d = outer_product(far_a, far_b, (*sum).d);
  }
}
