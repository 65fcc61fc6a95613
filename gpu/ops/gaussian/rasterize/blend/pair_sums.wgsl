// Three vectors of a pair, a buffer for each.
@group(0) @binding(11) var<storage, read_write> dplaces: array<vec4f>;
@group(0) @binding(12) var<storage, read_write> dshapes: array<vec4f>;
@group(0) @binding(13) var<storage, read_write> dcolours: array<vec4f>;

fn put_at(at: u32, part: u32, sum: vec4f) {
  if (part == 0u) {
    dplaces[at] = sum;
  } else if (part == 1u) {
    dshapes[at] = sum;
  } else {
    dcolours[at] = sum;
  }
}
