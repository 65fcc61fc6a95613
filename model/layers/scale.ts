import type { Parameter } from "../../gpu/parameter.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** A learned factor for each channel, 1 to begin with. */
export class Scale extends Module {
  readonly scale: Parameter;

  constructor(init: Initializer, channels: number) {
    super();
    this.scale = init.constant([channels], 1);
  }
}
