/** A learning rate as a function of the number of steps taken. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  return () => rate;
}

/**
 * Linear warm-up from `start`, then half a cosine down to `floor` at step `total`. The cosine counts
 * from step 0, not from the end of the warm-up, as timm's scheduler does without its prefix option.
 */
export function warmupCosine(
  rate: number,
  { warmup = 500, total, start = 1e-6, floor }: {
    warmup?: number;
    total: number;
    start?: number;
    floor: number;
  },
): Schedule {
  return (step) => {
    if (step < warmup) return start + step * (rate - start) / warmup;
    if (step >= total) return floor;
    return floor + 0.5 * (rate - floor) * (1 + Math.cos(Math.PI * step / total));
  };
}

/** Multiplies the rate by `factor` at each milestone, after a linear warm-up from `start`. */
export function multiStep(
  rate: number,
  { milestones, factor = 0.1, warmup = 0, start = 1e-6 }: {
    milestones: readonly number[];
    factor?: number;
    warmup?: number;
    start?: number;
  },
): Schedule {
  return (step) => {
    if (step < warmup) return start + step * (rate - start) / warmup;
    return rate * factor ** milestones.filter((milestone) => step >= milestone).length;
  };
}

/**
 * From `first` to `last` along a straight line of logarithms over `total` steps, dimmed by a quarter
 * sine from `delayFactor` up to 1 over the first `delay` steps (as in 3D Gaussian Splatting).
 */
export function exponential(
  first: number,
  last: number,
  { total, delay = 0, delayFactor = 1 }: { total: number; delay?: number; delayFactor?: number },
): Schedule {
  return (step) => {
    if (step < 0 || (first === 0 && last === 0)) return 0;
    const dim = delay > 0
      ? delayFactor + (1 - delayFactor) * Math.sin(0.5 * Math.PI * Math.min(step / delay, 1))
      : 1;
    const along = Math.min(step / total, 1);
    return dim * Math.exp((1 - along) * Math.log(first) + along * Math.log(last));
  };
}
