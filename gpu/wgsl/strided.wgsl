// Where element k of a row-major array with the given extents lies in a tensor with the given
// strides. `inner` holds the last four axes, last first, `outer` the two before them; axes past
// `rank` are not looked at.
override rank: u32 = 6u;

fn strided(k: u32, inner: vec4u, outer: vec2u, inner_stride: vec4u, outer_stride: vec2u) -> u32 {
  var rest = k;
  var place = rest % inner.x * inner_stride.x;
  rest /= inner.x;
  if (rank > 1u) {
    place += rest % inner.y * inner_stride.y;
    rest /= inner.y;
  }
  if (rank > 2u) {
    place += rest % inner.z * inner_stride.z;
    rest /= inner.z;
  }
  if (rank > 3u) {
    place += rest % inner.w * inner_stride.w;
    rest /= inner.w;
  }
  if (rank > 4u) {
    place += rest % outer.x * outer_stride.x;
    rest /= outer.x;
  }
  if (rank > 5u) {
    place += rest % outer.y * outer_stride.y;
  }
  return place;
}
