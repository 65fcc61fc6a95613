// Codes of Adam's moments, linear between the least and the largest step and size of their block:
// code = floor(levels (x - low) / (high - low) + 1 / 2); one workgroup owns a block, a thread whole words.
// DITHERED: up or down by chance, so that the mean of the step and of v is what it was. Else a moment that
// changes by a thousandth a step would never leave its code.
struct Uniforms { count: u32, block: u32, blocks: u32, words: u32, first_word: u32, stream: vec2u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> first: array<f32>;
@group(0) @binding(2) var<storage, read> second: array<f32>;
@group(0) @binding(3) var<storage, read_write> steps: array<u32>;
@group(0) @binding(4) var<storage, read_write> sizes: array<u32>;
// Step low and high, size low and high.
@group(0) @binding(5) var<storage, read_write> bounds: array<vec4f>;
override BITS: u32;
override DITHERED: u32;

// Least step, least negated step, least size, least negated size.
var<workgroup> least: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let block = group.x + group.y * groups.x;
  if (block >= u.blocks) { return; }
  let start = block * u.block;
  let end = min(start + u.block, u.count);
  // The block's first entry stands in for threads that have none.
  var mine = ranged(start);
  for (var i = start + lane; i < end; i += 64u) {
    mine = min(mine, ranged(i));
  }
  least[lane] = mine;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride >>= 1u) {
    if (lane < stride) {
      least[lane] = min(least[lane], least[lane + stride]);
    }
    workgroupBarrier();
  }
  let low = least[0].xz;
  let high = -least[0].yw;
  if (lane == 0u) {
    bounds[block] = vec4f(low.x, high.x, low.y, high.y);
  }
  let each = 32u / BITS;
  for (var word = lane; word < u.words; word += 64u) {
    var packed = vec2u(0u);
    let begin = start + word * each;
    var drawn = vec4u(0u);
    if (DITHERED == 1u) { drawn = philox_block(u.stream, u.first_word + block * u.words + word, u.key); }
    for (var k = 0u; k < each && begin + k < end; k++) {
      // Halves of a word for step and size; of eight codes a word two share them.
      let halves = vec2u(drawn[k % 4u] & 0xffffu, drawn[k % 4u] >> 16u);
      let x = step_and_size(first[begin + k], second[begin + k]);
      packed |= code(x, low, high, (vec2f(halves) + 0.5) / 65536.0) << vec2u(k * BITS);
    }
    steps[block * u.words + word] = packed.x;
    sizes[block * u.words + word] = packed.y;
  }
}

fn ranged(i: u32) -> vec4f {
  let x = step_and_size(first[i], second[i]);
  return vec4f(x.x, -x.x, x.y, -x.y);
}

// Where all of a block are equal the code is 0.
fn code(x: vec2f, low: vec2f, high: vec2f, drawn: vec2f) -> vec2u {
  let levels = f32((1u << BITS) - 1u);
  let width = high - low;
  let place = select(vec2f(0.0), (x - low) / select(vec2f(1.0), width, width > vec2f(0.0)), width > vec2f(0.0));
  let at = place * levels;
  let down = floor(at);
  if (DITHERED == 0u) { return vec2u(clamp(floor(at + 0.5), vec2f(0.0), vec2f(levels))); }
  // v goes by the square of an exponential of the size: by width w between codes, e^2w times as much.
  let part = at - down;
  let w = 2.0 * width.y / levels;
  let chance = vec2f(part.x, select((exp(w * part.y) - 1.0) / (exp(w) - 1.0), part.y, w < 0.001));
  return vec2u(clamp(down + select(vec2f(0.0), vec2f(1.0), drawn < chance), vec2f(0.0), vec2f(levels)));
}
