import { join } from "@std/path";
import type { DataRoots } from "../../../data/occupancy/sample.ts";

/** SHA-256 of a file as 64 hexadecimal digits. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The file that a split's index was read from: the pickle, or the JSON where there is none. */
export async function indexFile(
  { infos }: Pick<DataRoots, "infos">,
  split: "train" | "val",
): Promise<string> {
  const pickle = join(infos, `nuscenes_infos_${split}_sweeps_occ.pkl`);
  try {
    return (await Deno.stat(pickle)).isFile ? pickle : pickle.replace(/pkl$/, "json");
  } catch {
    return pickle.replace(/pkl$/, "json");
  }
}
