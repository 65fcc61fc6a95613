// Activations and their slopes of an element of four numbers (activation.wgsl).
fn activate_element(kind: u32, z: Element) -> Element {
  return vec4f(activate(kind, z.x), activate(kind, z.y), activate(kind, z.z), activate(kind, z.w));
}

// dy times the slope where y came out; selected, not multiplied: a slope of 0 stops an infinite dy as well.
fn before_activation(kind: u32, dy: Element, y: Element) -> Element {
  let slope = vec4f(
    activation_slope(kind, y.x), activation_slope(kind, y.y),
    activation_slope(kind, y.z), activation_slope(kind, y.w),
  );
  return select(dy * slope, vec4f(0.0), slope == vec4f(0.0));
}
