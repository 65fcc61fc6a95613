// An element is one number.
alias Element = f32;
const WIDTH = 1u;

fn element_sum(x: Element) -> f32 {
  return x;
}
