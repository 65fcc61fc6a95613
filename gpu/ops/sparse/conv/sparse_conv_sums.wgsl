// y[row] = bias + products of its slots, in the order of the taps; adds the slots first_slot to end_slot.
// Where `shared` is 0 on a side of the centre, only the first row of a cell receives. One thread owns a quad.
struct Uniforms {
  rows: u32, n: u32, n_quads: u32, center: u32, first_slot: u32, end_slot: u32,
  has_bias: u32, shared_sides: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(2) var<storage, read> representative: array<u32>;
@group(0) @binding(3) var<storage, read> row_starts: array<u32>;
@group(0) @binding(4) var<storage, read> row_slots: array<u32>;
@group(0) @binding(5) var<storage, read> products: array<vec4f>;
@group(0) @binding(6) var<storage, read> bias: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

fn product(slot: u32, quad: u32) -> vec4f {
  return products[(slot - u.first_slot) * u.n_quads + quad];
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  let row = at / u.n_quads;
  let quad = at % u.n_quads;
  if (row >= u.rows) { return; }
  let first = row * u.n + 4u * quad;
  let lanes = min(4u, u.n - 4u * quad);
  var sum = vec4f();
  for (var i = 0u; i < lanes; i++) {
    if (u.first_slot > 0u) {
      sum[i] = y[first + i];
    } else if (u.has_bias == 1u) {
      sum[i] = bias[4u * quad + i];
    }
  }
  let owner = representative[row];
  // The centre's slots are those of all rows in order; its pair comes between the two sides.
  let center_start = 64u * tap_tiles[u.center];
  let center_slot = center_start + row;
  var next = row_starts[owner];
  let end = row_starts[owner + 1u];
  for (; next < end; next++) {
    let slot = row_slots[next];
    if (slot >= center_start) { break; }
    if (slot >= u.first_slot && slot < u.end_slot && (owner == row || u.shared_sides.x == 1u)) {
      sum += product(slot, quad);
    }
  }
  if (center_slot >= u.first_slot && center_slot < u.end_slot) {
    sum += product(center_slot, quad);
  }
  if (owner == row || u.shared_sides.y == 1u) {
    for (; next < end; next++) {
      let slot = row_slots[next];
      if (slot >= u.first_slot && slot < u.end_slot) {
        sum += product(slot, quad);
      }
    }
  }
  for (var i = 0u; i < lanes; i++) {
    y[first + i] = sum[i];
  }
}
