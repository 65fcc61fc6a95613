// dquery = scale sum over keys of ds key with ds = p (dy value - dy y); also the bias's gradient, ds or what of it falls to a distance's weight; a thread owns one query of a head.
struct Uniforms {
  queries: u32, keys: u32, heads: u32, quads: u32, scale: f32, first_head: u32, some_heads: u32,
  query_at: u32, key_at: u32, value_at: u32, dy_at: u32, y_at: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> packed: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<f32>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;
@group(0) @binding(5) var<storage, read> log_sums: array<f32>;
// dy y of each head's queries, for the keys' gradients.
@group(0) @binding(6) var<storage, read_write> means: array<f32>;
@group(0) @binding(7) var<storage, read_write> results: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dbias: array<f32>;

override BIAS_GRADIENT: bool;

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
  let own = min(query, u.queries - 1u);
  let at = vector_at(u.query_at, own, head);
  let dy_at = vector_at(u.dy_at, own, head);
  let y_at = vector_at(u.y_at, own, head);
  let low = half_at(at, 0u);
  let dy_low = half_at(dy_at, 0u);
  var high: Half;
  var dy_high: Half;
  var mean = product(dy_low, half_at(y_at, 0u));
  if (WIDE) {
    high = half_at(at, 8u);
    dy_high = half_at(dy_at, 8u);
    mean += product(dy_high, half_at(y_at, 8u));
  }
  let log_sum = log_sums[head * u.queries + own];
  var low_sum: Half;
  var high_sum: Half;
  var weight_sum = 0.0;
  for (var first = 0u; first < u.keys; first += ROWS) {
    workgroupBarrier();
    load_tiles(u.key_at, u.value_at, first, u.keys, head, lane);
    workgroupBarrier();
    for (var row = 0u; row < min(ROWS, u.keys - first); row++) {
      let key = first + row;
      var ds = 0.0;
      if (is_kept(own, key)) {
        var similarity = product(low, half_of_a(row, 0u));
        var upstream = product(dy_low, half_of_b(row, 0u));
        if (WIDE) {
          similarity += product(high, half_of_a(row, 8u));
          upstream += product(dy_high, half_of_b(row, 8u));
        }
        ds = exp(score_of(similarity, own, key, head) - log_sum) * (upstream - mean);
        low_sum = blend(low_sum, 1.0, ds, half_of_a(row, 0u));
        if (WIDE) { high_sum = blend(high_sum, 1.0, ds, half_of_a(row, 8u)); }
        if (BIAS == 2u) { weight_sum -= ds * distance(place_of(own), place_of(key)); }
      }
      if (BIAS_GRADIENT && BIAS == 1u && query < u.queries) { dbias[bias_at(query, key, head)] = ds; }
    }
  }
  if (query >= u.queries) { return; }
  var nothing: Half;
  let out = vector_at(0u, query, head);
  store(out, 0u, blend(nothing, 0.0, u.scale, low_sum));
  if (WIDE) { store(out, 8u, blend(nothing, 0.0, u.scale, high_sum)); }
  means[head * u.queries + query] = mean;
  if (BIAS_GRADIENT && BIAS == 2u) { dbias[query * u.heads + head] = weight_sum; }
}
