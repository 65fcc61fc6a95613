/** What numbers can do that derivatives are wanted of, so that a camera model is written once. */
export interface Scalar<T> {
  readonly value: number;
  plus(other: T | number): T;
  minus(other: T | number): T;
  times(other: T | number): T;
  over(other: T | number): T;
  sqrt(): T;
  exp(): T;
  /** The angle of the point (other, this), radians. */
  atan2(other: T): T;
}

/** A number that knows what it was made of, for gradients by walking back. */
export class Taped implements Scalar<Taped> {
  /** Gradient, after `walkBack`. */
  gradient = 0;

  private constructor(
    readonly value: number,
    readonly tape: Taped[],
    private readonly from: readonly (readonly [Taped, number])[],
  ) {
    tape.push(this);
  }

  /** A number that gradients are wanted by, on a tape of its own or another's. */
  static variable(value: number, tape: Taped[] = []): Taped {
    return new Taped(value, tape, []);
  }

  /** Adds up the gradients of all numbers on a tape from those that were set on its results. */
  static walkBack(tape: readonly Taped[]): void {
    for (let i = tape.length - 1; i >= 0; i--) {
      const { gradient, from } = tape[i]!;
      if (gradient) { for (const [source, slope] of from) source.gradient += gradient * slope; }
    }
  }

  plus(other: Taped | number): Taped {
    return typeof other === "number"
      ? this.#made(this.value + other, [[this, 1]])
      : this.#made(this.value + other.value, [[this, 1], [other, 1]]);
  }

  minus(other: Taped | number): Taped {
    return typeof other === "number"
      ? this.#made(this.value - other, [[this, 1]])
      : this.#made(this.value - other.value, [[this, 1], [other, -1]]);
  }

  times(other: Taped | number): Taped {
    return typeof other === "number"
      ? this.#made(this.value * other, [[this, other]])
      : this.#made(this.value * other.value, [[this, other.value], [other, this.value]]);
  }

  over(other: Taped | number): Taped {
    if (typeof other === "number") return this.#made(this.value / other, [[this, 1 / other]]);
    const ratio = this.value / other.value;
    return this.#made(ratio, [[this, 1 / other.value], [other, -ratio / other.value]]);
  }

  sqrt(): Taped {
    const root = Math.sqrt(this.value);
    return this.#made(root, [[this, 0.5 / root]]);
  }

  exp(): Taped {
    const power = Math.exp(this.value);
    return this.#made(power, [[this, power]]);
  }

  atan2(other: Taped): Taped {
    const square = this.value ** 2 + other.value ** 2;
    return this.#made(Math.atan2(this.value, other.value), [
      [this, other.value / square],
      [other, -this.value / square],
    ]);
  }

  #made(value: number, from: readonly (readonly [Taped, number])[]): Taped {
    return new Taped(value, this.tape, from);
  }
}

/** A number with its derivatives by three others, for Jacobians that are differentiated once more. */
export class Dual implements Scalar<Dual> {
  constructor(readonly number: Taped, readonly slopes: readonly [Taped, Taped, Taped]) {}

  /** Three numbers by which derivatives are wanted. */
  static point(point: readonly [Taped, Taped, Taped]): [Dual, Dual, Dual] {
    const { tape } = point[0];
    const [zero, one] = [Taped.variable(0, tape), Taped.variable(1, tape)];
    const seeded = (k: number) =>
      new Dual(point[k]!, [0, 1, 2].map((j) => j === k ? one : zero) as [Taped, Taped, Taped]);
    return [seeded(0), seeded(1), seeded(2)];
  }

  get value(): number {
    return this.number.value;
  }

  plus(other: Dual | number): Dual {
    if (typeof other === "number") return new Dual(this.number.plus(other), this.slopes);
    return this.#made(
      this.number.plus(other.number),
      (k) => this.slopes[k]!.plus(other.slopes[k]!),
    );
  }

  minus(other: Dual | number): Dual {
    if (typeof other === "number") return new Dual(this.number.minus(other), this.slopes);
    return this.#made(
      this.number.minus(other.number),
      (k) => this.slopes[k]!.minus(other.slopes[k]!),
    );
  }

  times(other: Dual | number): Dual {
    if (typeof other === "number") return this.#chain(this.number.times(other), other);
    return this.#made(
      this.number.times(other.number),
      (k) => this.slopes[k]!.times(other.number).plus(other.slopes[k]!.times(this.number)),
    );
  }

  over(other: Dual | number): Dual {
    if (typeof other === "number") return this.#chain(this.number.over(other), 1 / other);
    const ratio = this.number.over(other.number);
    return this.#made(
      ratio,
      (k) => this.slopes[k]!.minus(ratio.times(other.slopes[k]!)).over(other.number),
    );
  }

  sqrt(): Dual {
    const root = this.number.sqrt();
    return this.#made(root, (k) => this.slopes[k]!.over(root.times(2)));
  }

  exp(): Dual {
    const power = this.number.exp();
    return this.#made(power, (k) => this.slopes[k]!.times(power));
  }

  atan2(other: Dual): Dual {
    const [y, x] = [this.number, other.number];
    const square = y.times(y).plus(x.times(x));
    return this.#made(
      y.atan2(x),
      (k) => this.slopes[k]!.times(x).minus(other.slopes[k]!.times(y)).over(square),
    );
  }

  #chain(number: Taped, slope: number): Dual {
    return this.#made(number, (k) => this.slopes[k]!.times(slope));
  }

  #made(number: Taped, slope: (k: number) => Taped): Dual {
    return new Dual(number, [slope(0), slope(1), slope(2)]);
  }
}
