// How output pixel `to` of an axis draws on its input: nearest, or linear between pixel centres
// (align_corners false). `ratio` is input extent / output extent, rounded once to f32 as PyTorch does.
override LINEAR: bool = false;

struct Draw { near: u32, far: u32, share: f32 }

// near counts 1 - share, far counts share.
fn draw(to: u32, ratio: f32, extent: u32) -> Draw {
  if (!LINEAR) {
    let near = min(u32(f32(to) * ratio), extent - 1u);
    return Draw(near, near, 0.0);
  }
  let at = max(0.0, (f32(to) + 0.5) * ratio - 0.5);
  let near = min(u32(at), extent - 1u);
  return Draw(near, min(near + 1u, extent - 1u), at - f32(near));
}

// What input pixel `source` counts in output pixel `to`.
fn resize_weight(source: u32, to: u32, ratio: f32, extent: u32) -> f32 {
  let drawn = draw(to, ratio, extent);
  return select(0.0, 1.0 - drawn.share, drawn.near == source) + select(0.0, drawn.share, drawn.far == source);
}

// Output pixels that may draw on input pixel `source`, one to spare on either side for rounding.
fn resize_reach(source: u32, ratio: f32, outputs: u32) -> vec2u {
  let first = floor((f32(source) - 0.5) / ratio - 0.5) - 1.0;
  let last = ceil((f32(source) + 1.5) / ratio - 0.5) + 1.0;
  return vec2u(u32(max(0.0, first)), min(outputs, u32(max(0.0, last)) + 1u));
}
