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
  readonly semantics: number;
}

/**
 * Anchors [count, width]: positions uniform over their range, scale, no rotation, opacity, normal
 * semantics.
 */
export function anchorTable(init: Initializer, count: number, table: AnchorTable): Parameter {
  const { positions, scales, opacity, start, semantics } = table;
  const first = positions ? 3 : 0;
  const width = first + 7 + Number(opacity) + semantics;
  return init.from([count, width], (i) => {
    const column = i % width - first;
    if (column < 0) return inverseSigmoid(init.next());
    if (column < 3) return scales === "spread" ? inverseSigmoid(init.next()) : 0;
    if (column < 7) return column === 3 ? 1 : 0;
    if (opacity && column === 7) return inverseSigmoid(start);
    return init.nextNormal();
  });
}

/** ln(p / (1 - p)) with p kept within [1e-4, 0.9999]. */
export function inverseSigmoid(p: number): number {
  const kept = Math.min(0.9999, Math.max(1e-4, p));
  return Math.log(kept / (1 - kept));
}
