import type { Gpu } from "../../../../../gpu/device.ts";
import { Parameter } from "../../../../../gpu/parameter.ts";
import { Initializer } from "../../../../../model/init.ts";

// As much of a GPU as a parameter asks for when it is made and frozen.
const nowhere = {
  currentScope: null,
  lasting: <T>(make: () => T) => make(),
  pool: { acquire: () => ({ refs: 1 }), release: () => {} },
  commands: { clear: () => {}, write: () => {} },
} as unknown as Gpu;

/** Makes parameters that have shapes but no memory, to look at models too large for a test. */
export class DryInitializer extends Initializer {
  constructor() {
    super(nowhere, 0);
  }

  override constant(shape: readonly number[]): Parameter {
    return new Parameter(nowhere, shape);
  }

  override from(shape: readonly number[]): Parameter {
    return new Parameter(nowhere, shape);
  }
}
