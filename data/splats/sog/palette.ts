/** Vectors that stand for others: entries [P, width] and the entry of each vector. */
export interface Palette {
  readonly count: number;
  readonly entries: Float32Array;
  readonly labels: Uint16Array;
}

/** A group of vectors: a range of the shuffled indices, its squared error and where to cut it. */
interface Group {
  readonly begin: number;
  readonly end: number;
  /** Sum of squared distances from the mean along the axis where it is largest. */
  readonly spread: number;
  readonly axis: number;
  /** The mean along that axis. */
  readonly mean: number;
}

/**
 * Finds at most `size` (to 65 536) vectors for [N, width] `vectors`: the group that varies most along
 * one axis is cut at its mean until there are enough, each group's mean becomes an entry. One pass
 * over the vectors for each level of the tree, where k-means would need one for each entry.
 */
export function buildPalette(vectors: Float32Array, width: number, size: number): Palette {
  const total = vectors.length / width;
  const order = Uint32Array.from({ length: total }, (_, i) => i);
  const heap = new LargestFirst();
  const done: Group[] = [];
  if (total > 0) heap.push(measure(vectors, width, order, [0, total]));
  while (heap.size > 0 && heap.size + done.length < size) {
    const group = heap.pop();
    if (group.spread === 0) {
      done.push(group); // all its vectors are equal
      continue;
    }
    const middle = partition(vectors, width, order, group);
    if (middle === group.begin || middle === group.end) {
      done.push(group); // they differ by less than the rounding of their mean
      continue;
    }
    heap.push(measure(vectors, width, order, [group.begin, middle]));
    heap.push(measure(vectors, width, order, [middle, group.end]));
  }
  const groups = [...done, ...heap.all()].sort((a, b) => a.begin - b.begin);
  const entries = new Float32Array(groups.length * width);
  const labels = new Uint16Array(total);
  groups.forEach(({ begin, end }, label) => {
    // Not kept for each group: 65 536 of them would take as much memory as half the vectors.
    entries.set(sumsOf(vectors, width, order, [begin, end]).means, label * width);
    for (let at = begin; at < end; at++) labels[order[at]!] = label;
  });
  return { count: groups.length, entries, labels };
}

function measure(
  vectors: Float32Array,
  width: number,
  order: Uint32Array,
  range: readonly [begin: number, end: number],
): Group {
  const { means, squares } = sumsOf(vectors, width, order, range);
  const [begin, end] = range;
  let axis = 0;
  let spread = 0;
  for (let k = 0; k < width; k++) {
    // Rounding leaves about 1e-16 of the squares where all are equal: that is no spread.
    const left = squares[k]! - means[k]! ** 2 * (end - begin);
    if (left > spread && left > 1e-12 * squares[k]!) [axis, spread] = [k, left];
  }
  return { begin, end, spread, axis, mean: means[axis]! };
}

let sums = { means: new Float64Array(), squares: new Float64Array() };

/** Means and sums of squares of a group, valid until the next group's are asked for. */
function sumsOf(
  vectors: Float32Array,
  width: number,
  order: Uint32Array,
  [begin, end]: readonly [begin: number, end: number],
): { means: Float64Array; squares: Float64Array } {
  if (sums.means.length !== width) {
    sums = { means: new Float64Array(width), squares: new Float64Array(width) };
  }
  const { means, squares } = sums;
  means.fill(0);
  squares.fill(0);
  for (let at = begin; at < end; at++) {
    const from = order[at]! * width;
    for (let k = 0; k < width; k++) {
      const value = vectors[from + k]!;
      means[k] = means[k]! + value;
      squares[k] = squares[k]! + value * value;
    }
  }
  for (let k = 0; k < width; k++) means[k] = means[k]! / (end - begin);
  return sums;
}

/** Moves the vectors at or below the mean to the front of the group; returns where the others begin. */
function partition(
  vectors: Float32Array,
  width: number,
  order: Uint32Array,
  { begin, end, mean, axis }: Group,
): number {
  let low = begin;
  let high = end;
  while (low < high) {
    if (vectors[order[low]! * width + axis]! <= mean) low++;
    else {
      high--;
      [order[low], order[high]] = [order[high]!, order[low]!];
    }
  }
  return low;
}

/** A binary heap whose top has the largest spread; of equal ones the one that begins first. */
class LargestFirst {
  readonly #items: Group[] = [];

  get size(): number {
    return this.#items.length;
  }

  all(): readonly Group[] {
    return this.#items;
  }

  push(item: Group): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Group {
    const items = this.#items;
    const top = items[0]!;
    const last = items.pop()!;
    if (items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      if (!before(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function before(a: Group, b: Group): boolean {
  return a.spread > b.spread || a.spread === b.spread && a.begin < b.begin;
}
