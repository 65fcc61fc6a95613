// Reads a cell of 10 bits an axis.
fn corner_of(word: u32) -> vec3u {
  return vec3u(word & 1023u, (word >> 10u) & 1023u, (word >> 20u) & 1023u);
}
