/** Children of a node. */
const CHILDREN = 64;

/**
 * Index drawn by weight: from the root of a tree of sums, 64 children to a node, each step by a number of
 * its own in [0, 1), the first for the root.
 */
export function drawByWeight(weights: ArrayLike<number>, random: readonly number[]): number {
  const levels = [Array.from(weights)];
  while (levels[0]!.length > CHILDREN) {
    const below = levels[0]!;
    const length = Math.ceil(below.length / CHILDREN);
    levels.unshift(
      Array.from(
        { length },
        (_, node) => below.slice(CHILDREN * node, CHILDREN * (node + 1)).reduce((a, b) => a + b, 0),
      ),
    );
  }
  return levels.reduce((node, level, depth) => {
    const children = level.slice(CHILDREN * node, CHILDREN * (node + 1));
    const goal = random[depth]! * children.reduce((a, b) => a + b, 0);
    let running = 0;
    return CHILDREN * node + children.findIndex((weight) => (running += weight) > goal);
  }, 0);
}
