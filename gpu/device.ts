import {
  type AdapterName,
  type Capability,
  type Limits,
  openDevice,
  type OpenOptions,
} from "./adapter.ts";
import { CommandStream } from "./commands.ts";
import { dryDevice } from "./dry_device.ts";
import { Pipelines } from "./pipelines.ts";
import { BufferPool, type MemoryUse } from "./pool/pool.ts";
import { Profiler } from "./profile.ts";
import { RandomState } from "./random.ts";
import { Readback } from "./readback.ts";
import { Scope } from "./scope.ts";
import { Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";
import { type Tuning, tuningFor } from "./tuning.ts";

/** What of a GPU decides how much memory some work needs. */
export type GpuLike = Pick<Gpu, "name" | "limits" | "has"> & { readonly tuning?: Tuning };

/** A GPU with its buffers, pipelines, open command stream and tape; everything on it runs in order. */
export class Gpu {
  /**
   * What is encoded and not yet submitted.
   *
   * @internal
   */
  readonly commands: CommandStream;
  /**
   * Compiled kernels.
   *
   * @internal
   */
  readonly pipelines: Pipelines;
  /**
   * Buffers in use and free ones.
   *
   * @internal
   */
  readonly pool: BufferPool;
  /**
   * The way back to the host.
   *
   * @internal
   */
  readonly readback: Readback;
  /**
   * Operators whose gradients are still wanted.
   *
   * @internal
   */
  readonly tape = new Tape();
  /** Where counter-based random numbers (dropout) stand; save and restore it to resume exactly. */
  readonly random = new RandomState(0);
  /**
   * The innermost scope that is open.
   *
   * @internal
   */
  currentScope: Scope | null = null;
  /**
   * Where kernels are timed, if they are.
   *
   * @internal
   */
  profiler: Profiler | null = null;
  /** What was reported, and what explains it: the latter is what a caller should be told. */
  #failure: Error | null = null;
  #explained: Error | null = null;
  #lost: Error | null = null;
  #watched: Promise<unknown>[] = [];

  private constructor(
    readonly device: GPUDevice,
    readonly name: AdapterName,
    readonly limits: Limits,
    readonly has: Readonly<Record<Capability, boolean>>,
    /** Which of several ways the operators go. */
    readonly tuning: Tuning,
    /**
     * What a shader that uses subgroups begins with.
     *
     * @internal
     */
    readonly subgroupDirective: string,
    private readonly borrowed: boolean,
  ) {
    this.pipelines = new Pipelines(this);
    this.commands = new CommandStream(this);
    this.pool = new BufferPool(
      device,
      limits,
      (ids) => this.commands.forget(ids),
      (error) => this.fail(error),
    );
    this.readback = new Readback(this);
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.fail(
        new Error(
          `Cannot go on: the GPU reports "${
            (event as GPUUncapturedErrorEvent).error.message.trim()
          }"`,
        ),
      );
    });
    device.lost.then((info) => {
      if (info.reason !== "destroyed") {
        this.#lost = new Error(`Cannot go on: the GPU was lost, "${info.message}"`);
      }
    });
  }

  /**
   * Opens the adapter that the system prefers, with all its limits and capabilities, or what the host
   * hands in: an implementation of WebGPU, an adapter, a device.
   */
  static async open(options: OpenOptions = {}): Promise<Gpu> {
    const { device, name, limits, has, subgroupDirective } = await openDevice(options);
    const tuning = tuningFor({ name, limits }, options.tuning);
    const borrowed = options.device !== undefined;
    const gpu = new Gpu(device, name, limits, has, tuning, subgroupDirective, borrowed);
    await gpu.readback.selfTest();
    return gpu;
  }

  /**
   * A GPU with the limits and capabilities of another one that computes nothing: its `memory` tells
   * what the same work will need, and tensors read back are zeros.
   */
  static dry({ name, limits, has, tuning }: GpuLike): Gpu {
    const same = tuning ?? tuningFor({ name, limits });
    return new Gpu(dryDevice(), name, limits, has, same, "", false);
  }

  /** Bytes of GPU memory in use, at most so far, and reserved. */
  get memory(): Readonly<MemoryUse> {
    return this.pool.memory;
  }

  /** Opens a scope; the tensors made until it is disposed of are released then. */
  scope(): Scope {
    return new Scope(this);
  }

  /** Runs `make`, whose tensors stay until they are released, whatever scopes are open. */
  lasting<T>(make: () => T): T {
    const scope = this.currentScope;
    this.currentScope = null;
    try {
      return make();
    } finally {
      this.currentScope = scope;
    }
  }

  /**
   * Runs `body` and releases all it made but its results, where nothing is being recorded; a tape
   * still needs what `body` made.
   */
  tidy<T extends Tensor | readonly (Tensor | null)[]>(body: () => T): T {
    if (this.tape.recording) return body();
    using scope = this.scope();
    return scope.keep(body());
  }

  /** Times every kernel from here on; reads the times with `profiler.rows()`. */
  startProfile(): Profiler {
    if (!this.has.timestamps) {
      throw new Error(`Cannot profile: "${this.name.description}" has no timestamp queries`);
    }
    this.commands.submit();
    return this.profiler ??= new Profiler(this);
  }

  /** Waits until all that was encoded so far has run, and throws what went wrong meanwhile. */
  async settle(): Promise<void> {
    this.commands.submit();
    await this.device.queue.onSubmittedWorkDone();
    await this.check();
  }

  /**
   * Throws the first error that the GPU has reported since the last check. What was encoded until then
   * may be wrong, what is encoded afterwards is not: a kernel that fails fails its caller, not the device.
   */
  async check(): Promise<void> {
    if (this.#watched.length) {
      await Promise.all(this.#watched.splice(0));
    }
    if (this.#lost) throw this.#lost;
    const failure = this.#explained ?? this.#failure;
    if (!failure) return;
    // What follows from the error is reported by then, and is not the next caller's.
    this.commands.submit();
    await Promise.race([this.device.queue.onSubmittedWorkDone(), this.device.lost]);
    this.#failure = this.#explained = null;
    throw failure;
  }

  /** Whether something is under way that `check` would have to wait for, or has failed. */
  get uncertain(): boolean {
    return this.#watched.length > 0 || (this.#explained ?? this.#failure ?? this.#lost) !== null;
  }

  /** Makes the next `check` or read wait for a promise and throw what it throws. */
  watch(promise: Promise<unknown>): void {
    this.#watched.push(promise.catch((error) => void (this.#explained ??= error as Error)));
  }

  /** Notes an error for the next `check`, which throws the first of them. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Gives the device back; one that the host has handed in stays open. */
  destroy(): void {
    this.commands.submit();
    this.pool.trim();
    if (!this.borrowed) this.device.destroy();
  }
}
