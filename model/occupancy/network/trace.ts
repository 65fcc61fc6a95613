import type { Tensor } from "../../../gpu/tensor.ts";

/**
 * Is told the intermediate results of a forward pass by name, to compare them with another
 * implementation; it retains what it wants to read after a backward pass.
 */
export type Trace = (name: string, tensor: Tensor) => void;

/** Looks at nothing. */
export const noTrace: Trace = () => {};
