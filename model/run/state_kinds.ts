import type { RunCheckpoint } from "./checkpoint.ts";

/** Whether a value is what a field of a state must be, and how that is said. */
export interface Kind {
  readonly holds: (value: unknown) => boolean;
  readonly is: string;
}

/** A whole number from 0 on. */
export const COUNT: Kind = {
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  is: "a whole number from 0 on",
};
/** Any finite number. */
export const NUMBER: Kind = { holds: Number.isFinite, is: "a number" };
/** A text. */
export const TEXT: Kind = { holds: (value) => typeof value === "string", is: "a text" };
/** Plain data with names. */
export const RECORD: Kind = {
  holds: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  is: "an object",
};

/** A field that older files lack. */
export function orMissing({ holds, is }: Kind): Kind {
  return { holds: (value) => value === undefined || holds(value), is };
}

/** What every state has. */
const EVERY: Readonly<Record<string, Kind>> = {
  version: TEXT,
  step: COUNT,
  seed: COUNT,
  config: RECORD,
  "random.seed": COUNT,
  "random.counter": COUNT,
};

/** Throws where the state of a checkpoint lacks a field, or has one of another kind; names are dotted. */
export function checkState(
  { file, state }: Pick<RunCheckpoint, "file" | "state">,
  fields: Readonly<Record<string, Kind>>,
  steps: (state: never) => number,
): void {
  for (const [name, { holds, is }] of Object.entries({ ...EVERY, ...fields })) {
    const value = name.split(".").reduce<unknown>(
      (part, key) => (part as Record<string, unknown> | null | undefined)?.[key],
      state,
    );
    if (holds(value)) continue;
    throw new SyntaxError(
      `Cannot go on from "${file}": its state says "${name}" is ${
        JSON.stringify(value) ?? "missing"
      }, it must be ${is}`,
    );
  }
  const all = steps(state as never);
  if (state.step > all) {
    throw new SyntaxError(
      `Cannot go on from "${file}": its state says ${state.step} steps are done, its settings have ${all}`,
    );
  }
}
