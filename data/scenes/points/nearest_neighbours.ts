/** Points that are not split further. */
const LEAF = 12;
/** Points between two calls that tell how far it is: some 50 ms. */
const TOLD = 1 << 15;
/** Nodes that wait to be looked at: one for each level of the tree, for 2^32 points at most. */
const DEEPEST = 34;

/**
 * Mean of the squared distances [n] from each of the points [n, 3] to its three nearest others; a point
 * at the same place counts with distance 0. With fewer than four points the mean is over those there are.
 * `onPoints` is told now and then of how many points are done; with `indices` it is of these points alone.
 */
export function meanSquaredDistances(
  points: Float32Array | PointTree,
  onPoints?: (done: number, total: number) => void,
  indices?: Uint32Array,
): Float32Array {
  const tree = points instanceof PointTree ? points : new PointTree(points);
  const { order } = tree;
  const count = indices?.length ?? tree.count;
  onPoints?.(0, count);
  const result = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    if (i > 0 && i % TOLD === 0) onPoints?.(i, count);
    if (indices) result[i] = tree.meanSquaredDistance(indices[i]!);
    // In the tree's order the next point finds what it looks at in the caches.
    else result[order[i]!] = tree.meanSquaredDistanceAt(i);
  }
  onPoints?.(count, count);
  return result;
}

/**
 * A balanced k-d tree over points [n, 3]: node [first, end) of its order is split at its middle along its
 * widest axis, and points lie in that order.
 */
export class PointTree {
  /** How many points there are. */
  readonly count: number;
  /** The point at each place of the tree. */
  readonly order: Uint32Array;
  /** Place of each point; made when somebody asks. */
  #places: Uint32Array | null = null;
  /** Coordinates by axis, in the tree's order. */
  readonly #axes: readonly [Float32Array, Float32Array, Float32Array];
  /** Axis of the node whose middle is here, and where it is split. */
  readonly #splits: Uint8Array;
  readonly #planes: Float32Array;
  readonly #firsts = new Uint32Array(DEEPEST);
  readonly #ends = new Uint32Array(DEEPEST);
  readonly #gaps = new Float64Array(DEEPEST);

  /** Sorts points [N, 3] into a tree. */
  constructor(points: Float32Array) {
    const count = this.count = points.length / 3;
    const order = this.order = new Uint32Array(count);
    const [x, y, z] = this.#axes = [0, 1, 2].map(() => new Float32Array(count)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let i = 0; i < count; i++) {
      order[i] = i;
      x[i] = points[3 * i]!;
      y[i] = points[3 * i + 1]!;
      z[i] = points[3 * i + 2]!;
    }
    this.#splits = new Uint8Array(count);
    this.#planes = new Float32Array(count);
    this.#split(0, count);
  }

  /** Mean squared distance of a point to its three nearest others, or those there are; 0 without. */
  meanSquaredDistance(point: number): number {
    if (!this.#places) {
      const places = this.#places = new Uint32Array(this.count);
      for (let at = 0; at < this.count; at++) places[this.order[at]!] = at;
    }
    return this.meanSquaredDistanceAt(this.#places[point]!);
  }

  /** The same of the point at a place of the tree's order. */
  meanSquaredDistanceAt(place: number): number {
    const [xs, ys, zs] = this.#axes;
    const splits = this.#splits, planes = this.#planes;
    const firsts = this.#firsts, ends = this.#ends, gaps = this.#gaps;
    const x = xs[place]!, y = ys[place]!, z = zs[place]!;
    let one = Infinity, two = Infinity, three = Infinity;
    firsts[0] = 0;
    ends[0] = this.count;
    gaps[0] = 0;
    for (let waiting = 1; waiting > 0;) {
      waiting--;
      if (!(gaps[waiting]! < three)) continue;
      let first = firsts[waiting]!, end = ends[waiting]!;
      // Down to the leaf on the point's side; the other sides wait.
      while (end - first > LEAF) {
        const middle = (first + end) >> 1;
        const axis = splits[middle]!;
        const gap = (axis === 0 ? x : axis === 1 ? y : z) - planes[middle]!;
        gaps[waiting] = gap * gap;
        if (gap < 0) {
          firsts[waiting] = middle;
          ends[waiting++] = end;
          end = middle;
        } else {
          firsts[waiting] = first;
          ends[waiting++] = middle;
          first = middle;
        }
      }
      for (let at = first; at < end; at++) {
        const dx = xs[at]! - x, dy = ys[at]! - y, dz = zs[at]! - z;
        const square = dx * dx + dy * dy + dz * dz;
        if (!(square < three) || at === place) continue;
        if (square < two) {
          three = two;
          if (square < one) {
            two = one;
            one = square;
          } else two = square;
        } else three = square;
      }
    }
    switch (this.count) {
      case 1:
        return 0;
      case 2:
        return one;
      case 3:
        return (one + two) / 2;
      default:
        return (one + two + three) / 3;
    }
  }

  #split(first: number, end: number): void {
    if (end - first <= LEAF) return;
    const middle = (first + end) >> 1;
    const axis = this.#widestAxis(first, end);
    this.#splits[middle] = axis;
    this.#select(first, end - 1, middle, axis);
    this.#planes[middle] = this.#axes[axis]![middle]!;
    this.#split(first, middle);
    this.#split(middle, end);
  }

  #widestAxis(first: number, end: number): number {
    let widest = 0;
    let extent = -1;
    this.#axes.forEach((values, axis) => {
      let low = Infinity, high = -Infinity;
      for (let at = first; at < end; at++) {
        const value = values[at]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low > extent) [widest, extent] = [axis, high - low];
    });
    return widest;
  }

  /** Hoare's selection: what is before `middle` is no larger along the axis, what is after no smaller. */
  #select(low: number, high: number, middle: number, axis: number): void {
    const along = this.#axes[axis]!;
    const [b, c] = this.#axes.filter((values) => values !== along) as [Float32Array, Float32Array];
    const order = this.order;
    while (low < high) {
      const pivot = along[(low + high) >> 1]!;
      let i = low, j = high;
      while (i <= j) {
        while (along[i]! < pivot) i++;
        while (along[j]! > pivot) j--;
        if (i > j) break;
        const a = along[i]!, bi = b[i]!, ci = c[i]!, point = order[i]!;
        along[i] = along[j]!;
        b[i] = b[j]!;
        c[i] = c[j]!;
        order[i] = order[j]!;
        along[j] = a;
        b[j] = bi;
        c[j] = ci;
        order[j] = point;
        i++;
        j--;
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  }
}
