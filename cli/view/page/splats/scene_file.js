import { SplatMesh } from "@sparkjsdev/spark";
import { fetchItem } from "../door.js";
import { correctHarmonics } from "./harmonics.js";
import { SplatMarks } from "./splat_marks.js";
import { SplatRows } from "./splat_rows.js";

/** Reads an item: its rows, a mesh that draws them, and marks for each. */
export async function readScene(item) {
  const fileBytes = item.bytes ?? new Uint8Array(await (await fetchItem(item)).arrayBuffer());
  const rows = new SplatRows(fileBytes);
  const mesh = new SplatMesh({ fileBytes, fileName: "scene.ply", extSplats: true });
  await mesh.initialized;
  if (mesh.extSplats) await correctHarmonics(mesh.extSplats.extra, rows);
  return { rows, mesh, marks: new SplatMarks(rows.count) };
}
