import type { ConvertEvent } from "../../../mod.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** What the steps are called. */
const LABELS: Readonly<Record<string, string>> = {
  feature_extractor: "finding features",
  exhaustive_matcher: "matching photos",
  mapper: "placing photos",
  image_undistorter: "undistorting",
};

/** How COLMAP counts, in any of its steps: [3/16], [1/2, 2/3], "Registering image #5 (3)". */
const COUNTED = /\[(\d+)\/(\d+)(?:, (\d+)\/(\d+))?\]/;
const REGISTERED = /Registering image #\d+ \((?:num_reg_frames=)?(\d+)\)/;

/** What is done picture by picture. */
const EACH = {
  reduced: { label: "reducing", unit: "picture" },
  taken: { label: "taking frames", unit: "frame" },
  looked: { label: "looking at photos", unit: "photo" },
} as const;

// With fewer of the photos in their places the scene has holes.
const FEW_PLACED = 0.6;

/** Photos that are named without a place; more are counted. */
const NAMED = 8;

/** Draws what a conversion tells, one line for each step of COLMAP. */
export class ConvertProgress {
  /** Name of the step at hand, and whether its line has begun. */
  #step: { readonly label: string; counting: boolean } | null = null;

  constructor(private readonly terminal: Terminal, private readonly colmap: string) {}

  /** A line of COLMAP's own output. */
  line(text: string): void {
    if (!this.#step) return;
    const counted = COUNTED.exec(text)?.slice(1).map(Number);
    const placed = REGISTERED.exec(text);
    if (placed) return this.#count("photo", Number(placed[1]), null);
    if (!counted) return;
    const [i, of, k, each] = counted as [number, number, number, number];
    // Photos are matched block by block.
    if (each) this.#count("block", (i - 1) * each + k, of * each);
    else this.#count("photo", i, of);
  }

  /** An event of the conversion. */
  draw(event: ConvertEvent): void {
    const { note } = this.terminal;
    switch (event.type) {
      case "command":
        this.end();
        note([this.colmap, ...event.words].join(" "));
        this.#step = { label: LABELS[event.words[0]!] ?? event.words[0]!, counting: false };
        break;
      case "remark":
        this.end();
        note(event.text);
        break;
      case "reduced":
      case "taken":
      case "looked":
        this.#each(event);
        break;
      case "placed":
        this.end();
        this.#placed(event);
    }
  }

  #each({ type, done, total }: ConvertEvent & { type: "reduced" | "taken" | "looked" }): void {
    const { progress } = this.terminal;
    if (done === 1) {
      this.end();
      progress.draw({ type: "started", ...EACH[type], total });
    }
    progress.draw({ type: "step", done });
    if (done === total) progress.draw({ type: "finished" });
  }

  /** Ends the line of the step at hand. */
  end(): void {
    if (this.#step?.counting) this.terminal.progress.draw({ type: "finished" });
    this.#step = null;
  }

  #count(unit: "photo" | "block", done: number, total: number | null): void {
    const step = this.#step!;
    if (!step.counting) {
      step.counting = true;
      this.terminal.progress.draw({
        type: "started",
        label: step.label,
        unit,
        ...total === null ? {} : { total },
      });
    }
    this.terminal.progress.draw({ type: "step", done });
  }

  #placed({ placed, photos, points, error, unplaced }: ConvertEvent & { type: "placed" }): void {
    const text = `${placed} of ${photos} photos placed, ${points} points` +
      (points ? `, mean error ${error.toFixed(2)} pixels` : "");
    if (!unplaced.length) return this.terminal.note(text);
    if (placed < FEW_PLACED * photos) {
      this.terminal.complain(
        "few photos were placed: they overlap too little, are blurred or show little to hold on to; " +
          "more photos from places between help",
      );
    }
    const more = unplaced.length - NAMED;
    this.terminal.complain(
      `${text}; without a place: ${unplaced.slice(0, NAMED).join(", ")}${
        more > 0 ? ` and ${more} more` : ""
      }`,
    );
  }
}
