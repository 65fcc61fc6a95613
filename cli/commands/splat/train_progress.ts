import type { SceneEvent } from "../../../mod.ts";
import type { SplatTask } from "../../../model/splat/mod.ts";
import { formatDuration } from "../../terminal/progress.ts";
import { formatTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";

type Of<T extends SceneEvent["type"]> = SceneEvent & { readonly type: T };

/** PSNR in dB of 8-bit pictures and SSIM, means over a set of views. */
export interface EvaluatedSet {
  readonly iteration: number;
  readonly psnr: number;
  readonly ssim: number;
}

/** A run of `splat train` in figures. */
export interface SplatSummary {
  /** Done by this run. */
  readonly iterations: number;
  readonly seconds: number;
  readonly gaussians: number;
  /** Null where the set was not evaluated. */
  readonly test: EvaluatedSet | null;
  readonly train: EvaluatedSet | null;
  /** The former from refined poses, where poses are. */
  readonly test_posed: EvaluatedSet | null;
  /** Bytes. */
  readonly peakMemory: number;
}

/** Draws what a training of Gaussians tells, and keeps the figures for its end. */
export class SplatTrainProgress {
  readonly #evaluated: Record<"test" | "test_posed" | "train", EvaluatedSet | null> = {
    test: null,
    test_posed: null,
    train: null,
  };
  #started: Of<"started"> | null = null;
  #stoppedAt: number | null = null;
  #checkpoint = "";
  #done = 0;
  // Figures arrive for ten iterations at once: the rate is right after the last of them only.
  #held: Of<"step"> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #first = true;
  #summary: SplatSummary | null = null;
  #task = "";

  constructor(private readonly terminal: Terminal) {}

  /** Iteration after which the run was stopped, null where it was not. */
  get stoppedAt(): number | null {
    return this.#stoppedAt;
  }

  /**
   * How a run that was stopped goes on; `folder` is where its model lies, which says it on ranks that
   * write no checkpoint.
   */
  describeStop({ iterations, folder }: { iterations: number; folder: string }): string {
    return `stopped at iteration ${this.#stoppedAt} of ${iterations}, saved; the same command with ` +
      `--start_checkpoint ${this.#checkpoint || folder} goes on`;
  }

  /** Of a run that has come to its end, or was stopped. */
  get summary(): SplatSummary | null {
    return this.#summary;
  }

  /** Shows how far one of the longer tasks is: before the training as a line of its own. */
  task({ label, unit, done, total }: SplatTask): void {
    const { progress } = this.terminal;
    if (this.#started) {
      const figures = { [label]: `${done}/${total}` };
      return progress.draw({ type: "step", done: this.#done, figures, slow: true });
    }
    if (this.#task !== label) progress.draw({ type: "started", label, unit, total });
    this.#task = label;
    progress.draw({ type: "step", done });
    if (done === total) progress.draw({ type: "finished" });
  }

  /** Draws an event. */
  draw(event: SceneEvent): void {
    if (event.type === "step") {
      this.#held = event;
      this.#done = event.iteration;
      this.#timer ??= setTimeout(() => this.flush(), 0);
      return;
    }
    this.flush();
    const { note, progress } = this.terminal;
    const line = (text: string) => progress.draw({ type: "note", text });
    switch (event.type) {
      case "remark":
        return event.lost || event.doubt ? this.terminal.complain(event.text) : note(event.text);
      case "started":
        this.#started = event;
        this.#done = event.iteration;
        note(
          `${event.gaussians} Gaussians, ${event.views} views, extent ${
            event.extent.toPrecision(4)
          }`,
        );
        return progress.draw({
          type: "started",
          label: "training",
          unit: "iteration",
          total: event.iterations,
          done: event.iteration,
        });
      case "evaluated": {
        const { iteration, set, metrics: { mean } } = event;
        const { l1, channelPsnr, psnr, ssim, ccPsnr, ccSsim } = mean;
        this.#evaluated[set] = { iteration, psnr, ssim };
        return line(
          `[ITER ${iteration}] Evaluating ${
            set === "test_posed" ? "test from refined poses" : set
          }: L1 ${l1} PSNR ${channelPsnr} ` +
            `(8-bit: PSNR ${psnr.toFixed(3)}, SSIM ${ssim.toFixed(4)}${
              ccPsnr === undefined
                ? ""
                : `; colours corrected: PSNR ${ccPsnr.toFixed(3)}, SSIM ${ccSsim!.toFixed(4)}`
            })`,
        );
      }
      case "saved":
        return line(`[ITER ${event.iteration}] Saving Gaussians to ${event.path}`);
      case "checkpoint":
        return line(`[ITER ${event.iteration}] Saving Checkpoint to ${event.path}`);
      case "skipped":
        return line(
          `[ITER ${event.iteration}] skipped: ${
            event.reason ?? `${event.pairs} pairs of Gaussian and tile had no room`
          }`,
        );
      case "stopped":
      case "finished": {
        const { iteration, gaussians, seconds, peakMemory } = event;
        const iterations = iteration - (this.#started?.iteration ?? 0);
        this.#summary = { iterations, seconds, gaussians, ...this.#evaluated, peakMemory };
        progress.draw({ type: "finished" });
        if (event.type === "finished") return note("Training complete.");
        this.#stoppedAt = iteration;
        this.#checkpoint = event.path;
      }
    }
  }

  /** Draws what was held back; to be called at the end. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const event = this.#held;
    if (!event) return;
    this.#held = null;
    this.terminal.progress.draw({
      type: "step",
      done: event.iteration,
      figures: { loss: Number(event.loss.toFixed(7)), Gaussians: event.gaussians },
      slow: this.#first, // the kernels were compiled
    });
    this.#first = false;
  }
}

/** A run in one row. */
export function formatSplatSummary(
  { iterations, seconds, gaussians, test, test_posed: posed, train, peakMemory }: SplatSummary,
): string {
  const figures = (set: EvaluatedSet | null) =>
    set ? [set.psnr.toFixed(2), set.ssim.toFixed(4)] : [null, null];
  return formatTable(
    [
      ...["iterations", "time", "iterations/s", "Gaussians"],
      ...["test PSNR", "test SSIM"],
      ...posed ? ["test PSNR, refined poses", "SSIM"] : [],
      ...["train PSNR", "train SSIM", "peak GPU memory"],
    ],
    [[
      iterations,
      formatDuration(seconds),
      Number((iterations / Math.max(seconds, 1e-9)).toPrecision(3)),
      gaussians,
      ...figures(test),
      ...posed ? figures(posed) : [],
      ...figures(train),
      `${(peakMemory / 2 ** 20).toFixed(1)} MiB`,
    ]],
  );
}
