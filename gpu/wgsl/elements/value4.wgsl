// An element is four neighbouring numbers.
alias Element = vec4f;
const WIDTH = 4u;

fn element_sum(x: Element) -> f32 {
  return x.x + x.y + x.z + x.w;
}
