// Activations and their slopes of an element of one number (activation.wgsl).
fn activate_element(kind: u32, z: Element) -> Element {
  return activate(kind, z);
}

// dy times the slope where y came out; selected, not multiplied: a slope of 0 stops an infinite dy as well.
fn before_activation(kind: u32, dy: Element, y: Element) -> Element {
  let slope = activation_slope(kind, y);
  return select(dy * slope, 0.0, slope == 0.0);
}
