/** What Adam steps with on the mean gradient of several views, as factors and decays. */
export interface BatchScaling {
  /** Learning rates are multiplied by it. */
  readonly rate: number;
  /** Decays of the first and second moment. */
  readonly betas: readonly [number, number];
  /** What is added to the root of the second moment is multiplied by it. */
  readonly eps: number;
}

const BETAS = [0.9, 0.999] as const;

/**
 * Steps on the mean of `views` gradients that go as far as so many steps on one each, if the gradients of
 * views are independent of each other (Grendel-GS, Zhao et al. 2024, section 4): rates times the root of
 * their number, decays to its power; the root of the second moment shrinks by that root, and so does eps.
 */
export function batchScaling(views: number): BatchScaling {
  const root = Math.sqrt(views);
  return { rate: root, betas: [BETAS[0] ** views, BETAS[1] ** views], eps: 1 / root };
}
