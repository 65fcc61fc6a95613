// Three vectors of a pair, side by side: place, shape, colour.
@group(0) @binding(11) var<storage, read_write> partials: array<vec4f>;

fn put_at(at: u32, part: u32, sum: vec4f) {
  partials[3u * at + part] = sum;
}
