/** Decodes a scene on a thread of its own, so that the page's other requests are answered meanwhile. */
import { readPointCloud } from "../../data/scenes/points/point_cloud.ts";
import { splatsAt } from "../../data/scenes/points/start_points.ts";
import { dropUnusable } from "../../data/splats/usable.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import { encodeSplats } from "../../data/splats/write_splats.ts";

/** What to decode: trained Gaussians, or points that a training starts from. */
export interface SceneRequest {
  readonly path: string;
  readonly kind: "splats" | "points";
}

/** A plain PLY piece by piece, then its end; or what is wrong. */
export type SceneAnswer =
  | { readonly type: "piece"; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly type: "end" }
  | { readonly type: "failed"; readonly message: string };

const worker = self as unknown as {
  onmessage: (event: MessageEvent<SceneRequest>) => void;
  postMessage(answer: SceneAnswer, transfer?: Transferable[]): void;
};

worker.onmessage = async ({ data: { path, kind } }) => {
  try {
    const splats = kind === "points"
      ? splatsAt(readPointCloud(path), 0)
      : dropUnusable((await readSplats(path)).splats);
    for (const chunk of await encodeSplats(splats, "ply")) {
      const piece = chunk.slice() as Uint8Array<ArrayBuffer>;
      worker.postMessage({ type: "piece", piece }, [piece.buffer]);
    }
    worker.postMessage({ type: "end" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    worker.postMessage({ type: "failed", message });
  }
};
