import type { Snippet } from "../kernel.ts";
import source from "./quaternion.wgsl" with { type: "text" };

/** `normalized`, `rotation_rows` and their gradients, for quaternions (w, x, y, z). */
export const quaternionSnippet: Snippet = { path: "gpu/wgsl/quaternion.wgsl", source };
