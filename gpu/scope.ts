import type { Gpu } from "./device.ts";
import type { Tensor } from "./tensor.ts";

/** Releases the tensors made inside it at its end: `using step = gpu.scope()`. */
export class Scope implements Disposable {
  #tensors: Tensor[] = [];
  readonly #parent: Scope | null;
  readonly #tapeLength: number;

  /** `gpu.scope()` opens one. */
  constructor(private readonly gpu: Gpu) {
    this.#parent = gpu.currentScope;
    this.#tapeLength = gpu.tape.nodes.length;
    gpu.currentScope = this;
  }

  /**
   * Takes a tensor to be released at its end.
   *
   * @internal
   */
  add(tensor: Tensor): void {
    this.#tensors.push(tensor);
  }

  /** Hands tensors on to the enclosing scope, or to the caller where there is none. */
  keep<T extends Tensor | readonly (Tensor | null)[]>(kept: T): T {
    for (const tensor of Array.isArray(kept) ? kept : [kept]) {
      if (!tensor || tensor.scope !== this) continue;
      tensor.scope = this.#parent;
      this.#parent?.add(tensor);
    }
    return kept;
  }

  /** Releases what was made inside it; scopes close in the reverse order of their opening. */
  [Symbol.dispose](): void {
    if (this.gpu.currentScope !== this) {
      throw Object.assign(
        new Error("Cannot close a scope: another one was opened after it and is open still"),
        { hint: "A scope that stays open across an await must be the only work on its GPU" },
      );
    }
    for (const tensor of this.#tensors) if (tensor.scope === this) tensor.release();
    this.#tensors = [];
    this.gpu.currentScope = this.#parent;
    // What a failed or abandoned step left on the tape speaks of tensors that are gone now.
    if (!this.#parent) {
      this.gpu.tape.nodes.length = Math.min(this.gpu.tape.nodes.length, this.#tapeLength);
    }
  }
}
