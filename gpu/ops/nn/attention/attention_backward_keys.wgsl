// dkey = scale sum over queries of ds query, dvalue = sum of p dy; a workgroup owns 64 keys of a head, a thread one of them.
struct Uniforms {
  queries: u32, keys: u32, heads: u32, quads: u32, scale: f32, first_head: u32, some_heads: u32,
  query_at: u32, key_at: u32, value_at: u32, dy_at: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> packed: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<f32>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;
// Logarithms of the sums, then dy y, of each head's queries.
@group(0) @binding(5) var<storage, read> log_sums: array<f32>;
@group(0) @binding(6) var<storage, read> means: array<f32>;
// dkey, then dvalue.
@group(0) @binding(7) var<storage, read_write> results: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x + group.y * groups.x;
  let across = (u.keys + 63u) / 64u;
  if (index >= across * u.some_heads) { return; }
  let head = u.first_head + index / across;
  let key = (index % across) * 64u + lane;
  let own = min(key, u.keys - 1u);
  let key_at = vector_at(u.key_at, own, head);
  let value_at = vector_at(u.value_at, own, head);
  let key_low = half_at(key_at, 0u);
  let value_low = half_at(value_at, 0u);
  var key_high: Half;
  var value_high: Half;
  if (WIDE) {
    key_high = half_at(key_at, 8u);
    value_high = half_at(value_at, 8u);
  }
  var dkey_low: Half;
  var dkey_high: Half;
  var dvalue_low: Half;
  var dvalue_high: Half;
  for (var first = 0u; first < u.queries; first += ROWS) {
    workgroupBarrier();
    load_tiles(u.query_at, u.dy_at, first, u.queries, head, lane);
    workgroupBarrier();
    for (var row = 0u; row < min(ROWS, u.queries - first); row++) {
      let query = first + row;
      if (!is_kept(query, own)) { continue; }
      var similarity = product(key_low, half_of_a(row, 0u));
      var upstream = product(value_low, half_of_b(row, 0u));
      if (WIDE) {
        similarity += product(key_high, half_of_a(row, 8u));
        upstream += product(value_high, half_of_b(row, 8u));
      }
      let at = head * u.queries + query;
      let p = exp(score_of(similarity, query, own, head) - log_sums[at]);
      let ds = p * (upstream - means[at]);
      dkey_low = blend(dkey_low, 1.0, ds, half_of_a(row, 0u));
      dvalue_low = blend(dvalue_low, 1.0, p, half_of_b(row, 0u));
      if (WIDE) {
        dkey_high = blend(dkey_high, 1.0, ds, half_of_a(row, 8u));
        dvalue_high = blend(dvalue_high, 1.0, p, half_of_b(row, 8u));
      }
    }
  }
  if (key >= u.keys) { return; }
  var nothing: Half;
  let dkey_at = vector_at(0u, key, head);
  let dvalue_at = vector_at(u.keys * u.heads * u.quads, key, head);
  store(dkey_at, 0u, blend(nothing, 0.0, u.scale, dkey_low));
  store(dvalue_at, 0u, dvalue_low);
  if (WIDE) {
    store(dkey_at, 8u, blend(nothing, 0.0, u.scale, dkey_high));
    store(dvalue_at, 8u, dvalue_high);
  }
}
