import type { Parameter } from "../../../gpu/parameter.ts";
import type { Initializer } from "../../init.ts";

/** Which columns a table of anchors has, and how they start. */
export interface AnchorTable {
  /** Whether positions come first; sampled anchors get theirs from the pictures. */
  readonly positions: boolean;
  /** Scale logits spread over their range, or all in its middle. */
  readonly scales: "spread" | "middle";
  readonly opacity: boolean;
  /** Opacity to start from. */
  readonly start: number;
  /** Whether two exponents follow, which start in the middle of their ranges. */
  readonly exponents?: boolean;
  readonly semantics: number;
  /** Share of the range at its ends where no anchor starts; 1e-4 if not given. */
  readonly margin?: number;
}

/**
 * Anchors [count, width]: positions uniform over their range, scale, no rotation, opacity, normal
 * semantics.
 */
export function anchorTable(init: Initializer, count: number, table: AnchorTable): Parameter {
  const { positions, scales, opacity, start, exponents = false, semantics, margin } = table;
  const first = positions ? 3 : 0;
  const own = 7 + Number(opacity) + 2 * Number(exponents);
  const width = first + own + semantics;
  return init.from([count, width], (i) => {
    const column = i % width - first;
    if (column < 0) return inverseSigmoid(init.next(), margin);
    if (column < 3) return scales === "spread" ? inverseSigmoid(init.next()) : 0;
    if (column < 7) return column === 3 ? 1 : 0;
    if (opacity && column === 7) return inverseSigmoid(start);
    return column < own ? 0 : init.nextNormal();
  });
}

/** ln(p / (1 - p)) with p kept within [margin, 1 - margin]. */
export function inverseSigmoid(p: number, margin = 1e-4): number {
  const kept = Math.min(1 - margin, Math.max(margin, p));
  return Math.log(kept / (1 - kept));
}
