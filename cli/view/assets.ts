import spark from "@sparkjsdev/spark" with { type: "text" };
import three from "three" with { type: "text" };
import orbitControls from "three/addons/controls/OrbitControls.js" with { type: "text" };
import pass from "three/addons/postprocessing/Pass.js" with { type: "text" };
import index from "./page/index.html" with { type: "text" };
import { PAGE_SCRIPTS } from "./page_scripts.ts";
import style from "./page/style.css" with { type: "text" };
import tools from "./page/tools.css" with { type: "text" };

/** A file that the browser gets. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const SCRIPT = "text/javascript; charset=utf-8";

// By the names in the import map of index.html.
const PACKAGE_SCRIPTS: Readonly<Record<string, string>> = {
  "spark.js": spark,
  "three.module.js": three,
  // The package exports it for the module beside it only, so it is read from there.
  "three.core.js": Deno.readTextFileSync(new URL("./three.core.js", import.meta.resolve("three"))),
  "OrbitControls.js": orbitControls,
  "Pass.js": pass,
};

/** Everything that is served besides data, by its path; imported as text, so that `compile` embeds it. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ["/", { type: "text/html; charset=utf-8", text: index }],
  ["/page/style.css", { type: "text/css; charset=utf-8", text: style }],
  ["/page/tools.css", { type: "text/css; charset=utf-8", text: tools }],
  ...scripts("/page/", PAGE_SCRIPTS),
  ...scripts("/packages/", PACKAGE_SCRIPTS),
]);

/** The one script that stands in the page itself, as browsers read it: where packages are. */
export const INLINE_SCRIPT = /<script type="importmap">(.*?)<\/script>/s.exec(index)![1]!;

function scripts(folder: string, texts: Readonly<Record<string, string>>): [string, Asset][] {
  return Object.entries(texts).map(([name, text]) => [folder + name, { type: SCRIPT, text }]);
}
