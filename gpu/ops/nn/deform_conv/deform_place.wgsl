// Where tap t of an output pixel samples the image; the kernel declares `offset`, `mask` and the uniforms.
// `at` is (x, y); a sample off the image by a pixel or more is not `inside`.
struct Place { at: vec2f, inside: bool, mask: f32, offset_index: u32, mask_index: u32 }

fn place_of(plane: u32, tap: u32, pixel: u32) -> Place {
  let y = pixel / u.output.y;
  let x = pixel % u.output.y;
  let pixels = u.output.x * u.output.y;
  var place: Place;
  place.offset_index = ((plane * u.taps + tap) * 2u) * pixels + pixel;
  place.mask_index = (plane * u.taps + tap) * pixels + pixel;
  let shift = vec2f(
    offset[u.start_offset + place.offset_index + pixels],
    offset[u.start_offset + place.offset_index],
  );
  let tap_at = vec2i(i32(tap % u.tap_cols), i32(tap / u.tap_cols));
  let base = vec2i(i32(x), i32(y)) * u.stride.yx - u.padding.yx + tap_at * u.dilation.yx;
  place.at = vec2f(base) + shift;
  place.mask = mask[u.start_mask + place.mask_index];
  let extent = vec2f(f32(u.input.y), f32(u.input.x));
  place.inside = all(place.at > vec2f(-1.0)) && all(place.at < extent);
  return place;
}
