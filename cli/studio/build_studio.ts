import { dirname, fromFileUrl, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { SHIPPED_MODELS, shippedFile } from "../../model/mod.ts";
import { bundleForBrowser } from "../pack/browser_bundle.ts";
import { ASSETS, INLINE_SCRIPT } from "../view/assets.ts";
import { policyOf } from "../view/policy.ts";
import engineDoor from "./page/engine_door.js" with { type: "text" };
import givenFiles from "./page/given_files.js" with { type: "text" };
import offline from "./page/offline.js" with { type: "text" };
import startCards from "./page/start_cards.js" with { type: "text" };
import studioStyle from "./page/studio.css" with { type: "text" };
import studioPage from "./page/studio.html" with { type: "text" };
import studio from "./page/studio.js" with { type: "text" };
import trainingBar from "./page/training_bar.js" with { type: "text" };

// Bundled from its source: a compiled program does not make studios, and need not hold it.
const ENGINE = join(dirname(fromFileUrl(import.meta.url)), "engine.ts");

const STUDIO: Readonly<Record<string, string>> = {
  "page/engine_door.js": engineDoor,
  "page/given_files.js": givenFiles,
  "page/start_cards.js": startCards,
  "page/studio.css": studioStyle,
  "page/studio.js": studio,
  "page/training_bar.js": trainingBar,
};

/**
 * Writes the studio into a folder: static files with relative addresses, which any web server can host; the
 * viewer's scripts among them, the shipped models, and the engine as one worker.
 */
export async function buildStudio(folder: string): Promise<void> {
  const viewer = [...ASSETS].filter(([path]) => path !== "/")
    .map(([path, { text }]) => [path.slice(1), text] as const);
  const texts = new Map<string, string>([...viewer, ...Object.entries(STUDIO)]);
  const imports = importMap(viewer.map(([path]) => path));
  const policy = await policyOf(imports, { workers: "'self' blob:" });
  const page = studioPage.replace("POLICY", policy)
    .replace(/(?<=<script type="importmap">)[^<]*/, () => imports);
  texts.set("index.html", page);
  await Deno.mkdir(folder, { recursive: true });
  await bundleForBrowser([ENGINE], folder, { minify: true });
  for (const [name, file] of Object.entries(SHIPPED_MODELS)) {
    await Deno.copyFile(shippedFile(name)!, join(folder, file));
  }
  for (const [path, text] of texts) {
    const file = join(folder, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  const engine = (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile }) => isFile);
  const kept = ["./", ...texts.keys(), ...engine.map(({ name }) => name)]
    .filter((name) => name !== "index.html" && name !== "offline.js");
  const script = offline.replace("VERSION", `${config.version}-${Date.now()}`)
    .replace("FILES = []", `FILES = ${JSON.stringify([...new Set(kept)])}`);
  await Deno.writeTextFile(join(folder, "offline.js"), script);
}

/** Packages as the viewer names them, and its scripts as "view/…", for those of the studio. */
function importMap(paths: readonly string[]): string {
  const scripts = paths.flatMap((path) => {
    const name = /^page\/(.*\.js)$/.exec(path)?.[1];
    return name === undefined ? [] : [[`view/${name}`, `./${path}`]];
  });
  const { imports } = JSON.parse(INLINE_SCRIPT);
  return JSON.stringify({ imports: { ...imports, ...Object.fromEntries(scripts) } });
}
