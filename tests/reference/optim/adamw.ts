/** One parameter with its moments, in doubles. */
export interface AdamWState {
  value: Float64Array;
  first: Float64Array;
  second: Float64Array;
}

/** A state of zeros around a value. */
export function adamwState(value: Float64Array): AdamWState {
  const zeros = () => new Float64Array(value.length);
  return { value: value.slice(), first: zeros(), second: zeros() };
}

/** One step on all parameters after their gradients were clipped to a joint norm; returns that norm. */
export function adamw(
  states: readonly AdamWState[],
  gradients: readonly Float64Array[],
  { step, rates, weightDecay, largest, betas = [0.9, 0.999], eps = 1e-8 }: {
    step: number;
    rates: readonly number[];
    weightDecay: number;
    largest: number;
    betas?: [number, number];
    eps?: number;
  },
): number {
  const norm = Math.sqrt(
    gradients.reduce((sum, g) => sum + g.reduce((part, v) => part + v * v, 0), 0),
  );
  const factor = Math.min(1, largest / (norm + 1e-6));
  states.forEach(({ value, first, second }, j) => {
    const rate = rates[j]!;
    for (let i = 0; i < value.length; i++) {
      const g = gradients[j]![i]! * factor;
      first[i] = betas[0] * first[i]! + (1 - betas[0]) * g;
      second[i] = betas[1] * second[i]! + (1 - betas[1]) * g * g;
      const m = first[i]! / (1 - betas[0] ** step);
      const v = second[i]! / (1 - betas[1] ** step);
      value[i] = value[i]! * (1 - rate * weightDecay) - rate * m / (Math.sqrt(v) + eps);
    }
  });
  return norm;
}
