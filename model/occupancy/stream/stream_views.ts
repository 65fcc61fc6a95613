import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { scenesOf } from "../../../data/clip_order.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { modelOf } from "../table.ts";
import type { CameraBatch, Occupancy, OccupancyNetwork } from "../network/occupancy_network.ts";
import type { Tell } from "../network/progress.ts";
import { SceneMemory } from "./memory.ts";

/**
 * How an evaluation goes over key frames: each on its own, each after all of its scene before it, or in
 * windows: every run of so many key frames of a scene, each with nothing seen at its start.
 */
export const STREAM_MODES = ["single", "once", "windows"] as const;

/** One of them. */
export type StreamMode = typeof STREAM_MODES[number];

/** The mode that is meant: the one asked for, or as the settings train; throws where a model does not stream. */
export function streamModeOf(config: ModelConfig, wanted?: StreamMode): StreamMode {
  const { name, stream } = modelOf(config);
  const plan = stream?.(config) ?? null;
  if (!plan && wanted !== undefined && wanted !== "single") {
    throw new RangeError(`Cannot stream: the model "${name}" sees every key frame on its own`);
  }
  return wanted ?? (plan?.streams ? "once" : "single");
}

/** Is given what a network makes of a key frame after so many others. */
export type OnView = (occupancy: Occupancy, since: number) => Promise<void>;

/** Runs a network over key frames in one of these ways, which must come scene by scene but for "single". */
export class StreamViews implements Disposable {
  readonly #whole = new SceneMemory();
  readonly #windows = new Map<number, SceneMemory>();
  /** Place of each key frame within its scene, and how long that is. */
  readonly #places = new Map<number, { readonly at: number; readonly length: number }>();
  /** Scenes that are shorter than a window. */
  readonly short: number = 0;

  constructor(
    readonly network: OccupancyNetwork,
    readonly mode: StreamMode,
    { window, frames }: { readonly window: number; readonly frames: readonly KeyFrame[] },
  ) {
    this.window = window;
    if (mode !== "windows") return;
    const scenes = scenesOf(frames);
    for (const places of scenes) {
      places.forEach((place, at) => this.#places.set(place, { at, length: places.length }));
    }
    this.short = scenes.filter(({ length }) => length < window).length;
    if (this.short < scenes.length) return;
    throw Object.assign(
      new RangeError(
        `Cannot evaluate windows of ${window} key frames: no scene has so many`,
      ),
      { hint: "--set stream.window=N takes shorter ones, --stream once goes over whole scenes" },
    );
  }

  /** Key frames of a window. */
  readonly window: number;

  /** Runs the network on a key frame, `place` among all, once for each start that it is seen from. */
  async each(
    batch: CameraBatch,
    place: number,
    { tell, onView }: { readonly tell?: Tell | undefined; readonly onView: OnView },
  ): Promise<void> {
    const { network } = this;
    if (this.mode === "single") return await onView(network.forward(batch, undefined, tell), 0);
    if (this.mode === "once") return await this.#view(batch, this.#whole, { tell, onView });
    // What the pictures show is the same for all windows.
    const seen = network.see(batch, undefined, tell);
    const { gpu } = batch.projection;
    const { at, length } = this.#places.get(place)!;
    if (at === 0) this.#forgetWindows();
    const first = Math.max(0, at - this.window + 1);
    for (let start = first; start <= Math.min(at, length - this.window); start++) {
      using _view = gpu.scope();
      const memory = this.#windows.get(start) ?? new SceneMemory();
      this.#windows.set(start, memory);
      await this.#view(seen, memory, { tell, onView });
      if (at - start < this.window - 1) continue;
      memory.forget();
      this.#windows.delete(start);
    }
  }

  [Symbol.dispose](): void {
    this.#whole.forget();
    this.#forgetWindows();
  }

  async #view(
    batch: CameraBatch,
    memory: SceneMemory,
    { tell, onView }: { readonly tell?: Tell | undefined; readonly onView: OnView },
  ): Promise<void> {
    const before = memory.before(batch.moment!);
    const { since } = memory;
    const occupancy = this.network.forward({ ...batch, memory: before }, undefined, tell);
    memory.keep(occupancy.memory);
    await onView(occupancy, since);
  }

  #forgetWindows(): void {
    for (const memory of this.#windows.values()) memory.forget();
    this.#windows.clear();
  }
}
