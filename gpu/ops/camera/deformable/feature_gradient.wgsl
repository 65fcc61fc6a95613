// Gradient of 4 VECTORS channels of one pixel from the samples around it. Wants the bindings and overrides of the
// kernels that include it, and functions that read what these bind.
fn feature_gradient(index: u32) {
  let lanes = u.vectors / VECTORS;
  let row = index / lanes;
  if (row >= u.pixels * u.cameras) { return; }
  let lane = index % lanes;
  let group = lane / (lanes / u.groups);
  let camera = row / u.pixels;
  let pixel = row % u.pixels;
  var level = 0u;
  while (level + 1u < LEVELS && pixel >= level_of(level + 1u).z) { level++; }
  let shape = level_of(level);
  let here = vec2u((pixel - shape.z) % shape.y, (pixel - shape.z) / shape.y);
  // The cells of samples whose upper left corner is this pixel or its left neighbour, in this row
  // (of cells) and the next.
  let upper = camera * u.cells + shape.w + here.y * (shape.y + 1u) + here.x;
  let lower = upper + shape.y + 1u;
  let count = start_of(upper + 2u) - start_of(upper) + start_of(lower + 2u) - start_of(lower);
  let fixed = fixed_point_for(count, largest_bits());
  var coarse: array<vec4i, 4>;
  var fine: array<vec4i, 4>;
  let entries = LEVELS * u.points * u.groups;
  for (var side = 0u; side < 2u; side++) {
    let cell = select(upper, lower, side == 1u);
    for (var i = start_of(cell); i < start_of(cell + 2u); i++) {
      let point = point_at(i);
      let gaussian = point / u.points;
      let pair = point * u.cameras + camera;
      if (((keep[pair] >> (level * u.groups + group)) & 1u) == 0u) { continue; }
      let distance = abs(level_position(location_of(pair), shape) - vec2f(here));
      let hat = max(vec2f(0.0), 1.0 - distance);
      let entry = (level * u.points + point % u.points) * u.groups + group;
      let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
        per_camera[camera * entries + entry];
      let stat = stat_of(gaussian * u.groups + group);
      let weight = exp(logit - stat.x) * stat.y * hat.x * hat.y;
      for (var v = 0u; v < VECTORS; v++) {
        let term = weight * dy[gaussian * u.vectors + lane * VECTORS + v] * fixed.coarse;
        let whole = round(term);
        coarse[v] += vec4i(whole);
        fine[v] += vec4i(round((term - whole) * fixed.fine));
      }
    }
  }
  // Infinite or NaN gradients come out as they are.
  let broken = select(0.0, bitcast<f32>(largest_bits()), largest_bits() >= 0x7f800000u);
  for (var v = 0u; v < VECTORS; v++) {
    let at = row * u.vectors + lane * VECTORS + v;
    var sum = (vec4f(coarse[v]) + vec4f(fine[v]) * fixed.fine_inverse) *
      (fixed.coarse_inverse * u.gain) + vec4f(broken);
    if (u.accumulate != 0u) {
      sum += dfeatures[at];
    }
    dfeatures[at] = sum;
  }
}
