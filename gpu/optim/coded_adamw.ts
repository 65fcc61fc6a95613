import type { Parameter } from "../parameter.ts";
import { adamw, type AdamWOptions, type ParameterGroup } from "./adamw.ts";

/** A step of AdamW on a parameter whose moments are kept in codes of 8 bits: see `CodedMoments`. */
export function codedAdamw(
  parameter: Parameter,
  group: Omit<ParameterGroup, "parameters">,
  options: AdamWOptions,
): void {
  const { gpu, value, gradient, trainable } = parameter;
  if (!gradient || !value.size) return;
  parameter.codeMoments().step((moments, first, end) => {
    const rows = {
      gpu,
      trainable,
      value: value.window(first, end),
      gradient: gradient.window(first, end),
      ensureMoments: () => moments,
    };
    adamw([{ ...group, parameters: [rows] }], options);
  });
}
