// Philox 4x32-10: four random words as a pure function of a counter and a key (Salmon et al.,
// Parallel random numbers: as easy as 1, 2, 3, 2011).
fn mul_wide(a: u32, b: u32) -> vec2u {
  // WGSL has no high half of a product, so it comes from 16-bit digits: (low, high).
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  let carry = a0 * b1 + (middle & 0xffffu);
  return vec2u(a * b, a1 * b1 + (middle >> 16u) + (carry >> 16u));
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let p = mul_wide(0xd2511f53u, c.x);
    let q = mul_wide(0xcd9e8d57u, c.z);
    c = vec4u(q.y ^ c.y ^ k.x, q.x, p.y ^ c.w ^ k.y, p.x);
    // Weyl sequences of the golden ratio and of sqrt(3) - 1.
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// The four words at block `offset` after a 64-bit start of the stream.
fn philox_block(start: vec2u, offset: u32, key: vec2u) -> vec4u {
  let low = start.x + offset;
  return philox(vec4u(low, start.y + select(0u, 1u, low < offset), 0u, 0u), key);
}

// Uniform in [0, 1): the 24 high bits, which f32 holds exactly.
fn unit_float(word: vec4u) -> vec4f {
  return vec4f(word >> vec4u(8u)) * 5.9604644775390625e-8;
}
