import { counted } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** What a job could not use; each is told, under `--quiet` too. */
export interface LeftOut {
  /** Key frames with broken or missing files, and what was wrong with the first of them. */
  readonly skipped?: number;
  readonly firstSkipped?: string | null;
  /** Key frames whose labels name no class. */
  readonly unlabelled?: number;
  /** The same of the last evaluation of a training run. */
  readonly evaluated?: number;
  /** Steps whose gradients were not finite. */
  readonly steps?: number;
}

/** Says at the end of a command what was left out of its result. */
export function tellLeftOut(
  { skipped = 0, firstSkipped, unlabelled = 0, evaluated = 0, steps = 0 }: LeftOut,
  terminal: Terminal,
): void {
  if (steps) {
    terminal.complain(
      `warning: ${counted(steps, "step")} left out for gradients that are not finite`,
    );
  }
  if (skipped) {
    terminal.complain(
      `warning: ${counted(skipped, "key frame")} left out for broken or missing files` +
        (firstSkipped ? `, the first: ${firstSkipped}` : ""),
    );
  }
  for (const [frames, kind] of [[unlabelled, ""], [evaluated, "evaluated "]] as const) {
    if (!frames) continue;
    terminal.complain(
      `warning: no label names a class in ${
        counted(frames, `${kind}key frame`)
      }: all is free space ` +
        "or ignored; is it the right folder of labels?",
    );
  }
}

/** Names the classes that no label has, as far as a command looked. */
export function tellAbsent(
  classes: readonly { readonly name: string; readonly seen: number }[],
  terminal: Terminal,
): void {
  const absent = classes.filter(({ seen }) => seen === 0);
  if (!absent.length) return;
  terminal.note(
    absent.length === classes.length
      ? "no label names any class"
      : `no label names ${absent.map(({ name }) => name.replaceAll("_", " ")).join(", ")}`,
  );
}
