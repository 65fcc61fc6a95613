// y = sum over keys of p value, p = softmax(scale query key + bias); a workgroup owns 64 queries of a head, a thread one of them.
struct Uniforms {
  queries: u32, keys: u32, heads: u32, quads: u32, scale: f32,
  // The first head of which the bias is bound, and how many.
  first_head: u32, some_heads: u32,
  // Where in what is packed each tensor begins, in vec4s.
  query_at: u32, key_at: u32, value_at: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> packed: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<f32>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;
@group(0) @binding(5) var<storage, read_write> results: array<vec4f>;
// Logarithm of the sum of exponentials of each head's queries, for the backward pass.
@group(0) @binding(6) var<storage, read_write> log_sums: array<f32>;

const LOWEST = -3.4e38;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x + group.y * groups.x;
  let across = (u.queries + 63u) / 64u;
  if (index >= across * u.some_heads) { return; }
  let head = u.first_head + index / across;
  let query = (index % across) * 64u + lane;
  // Threads past the last query run along, for the barriers.
  let own = min(query, u.queries - 1u);
  let at = vector_at(u.query_at, own, head);
  let low = half_at(at, 0u);
  var high: Half;
  if (WIDE) { high = half_at(at, 8u); }
  var largest = LOWEST;
  var total = 0.0;
  var low_sum: Half;
  var high_sum: Half;
  for (var first = 0u; first < u.keys; first += ROWS) {
    workgroupBarrier();
    load_tiles(u.key_at, u.value_at, first, u.keys, head, lane);
    workgroupBarrier();
    for (var row = 0u; row < min(ROWS, u.keys - first); row++) {
      if (!is_kept(own, first + row)) { continue; }
      var similarity = product(low, half_of_a(row, 0u));
      if (WIDE) { similarity += product(high, half_of_a(row, 8u)); }
      let score = score_of(similarity, own, first + row, head);
      // What was summed so far is relative to the largest score so far, so nothing overflows.
      let top = max(largest, score);
      let factor = exp(largest - top);
      let p = exp(score - top);
      largest = top;
      total = fma(total, factor, p);
      low_sum = blend(low_sum, factor, p, half_of_b(row, 0u));
      if (WIDE) { high_sum = blend(high_sum, factor, p, half_of_b(row, 8u)); }
    }
  }
  if (query >= u.queries) { return; }
  var nothing: Half;
  let share = select(0.0, 1.0 / total, total > 0.0);
  let out = vector_at(0u, query, head);
  store(out, 0u, blend(nothing, 0.0, share, low_sum));
  if (WIDE) { store(out, 8u, blend(nothing, 0.0, share, high_sum)); }
  log_sums[head * u.queries + query] = select(0.0, largest + log(total), total > 0.0);
}
