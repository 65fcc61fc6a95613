import spark from "@sparkjsdev/spark" with { type: "text" };
import three from "three" with { type: "text" };
import orbitControls from "three/addons/controls/OrbitControls.js" with { type: "text" };
import pass from "three/addons/postprocessing/Pass.js" with { type: "text" };
import cameraList from "./page/camera_list.js" with { type: "text" };
import charts from "./page/charts.js" with { type: "text" };
import door from "./page/door.js" with { type: "text" };
import elements from "./page/elements.js" with { type: "text" };
import flight from "./page/flight.js" with { type: "text" };
import gaussianCloud from "./page/gaussian_cloud.js" with { type: "text" };
import harmonics from "./page/harmonics.js" with { type: "text" };
import index from "./page/index.html" with { type: "text" };
import keyFrame from "./page/key_frame.js" with { type: "text" };
import legend from "./page/legend.js" with { type: "text" };
import liveState from "./page/live_state.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import occupancyPage from "./page/occupancy_page.js" with { type: "text" };
import picker from "./page/picker.js" with { type: "text" };
import splatExtent from "./page/splat_extent.js" with { type: "text" };
import splatPage from "./page/splat_page.js" with { type: "text" };
import stage from "./page/stage.js" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import viewButtons from "./page/view_buttons.js" with { type: "text" };
import voxels from "./page/voxels.js" with { type: "text" };

/** A file that the browser gets. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const SCRIPT = "text/javascript; charset=utf-8";

const PAGE_SCRIPTS: Readonly<Record<string, string>> = {
  "camera_list.js": cameraList,
  "charts.js": charts,
  "door.js": door,
  "elements.js": elements,
  "flight.js": flight,
  "gaussian_cloud.js": gaussianCloud,
  "harmonics.js": harmonics,
  "key_frame.js": keyFrame,
  "legend.js": legend,
  "live_state.js": liveState,
  "main.js": main,
  "occupancy_page.js": occupancyPage,
  "picker.js": picker,
  "splat_extent.js": splatExtent,
  "splat_page.js": splatPage,
  "stage.js": stage,
  "view_buttons.js": viewButtons,
  "voxels.js": voxels,
};

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
  ...scripts("/page/", PAGE_SCRIPTS),
  ...scripts("/packages/", PACKAGE_SCRIPTS),
]);

/** The one script that stands in the page itself, as browsers read it: where packages are. */
export const INLINE_SCRIPT = /<script type="importmap">(.*?)<\/script>/s.exec(index)![1]!;

function scripts(folder: string, texts: Readonly<Record<string, string>>): [string, Asset][] {
  return Object.entries(texts).map(([name, text]) => [folder + name, { type: SCRIPT, text }]);
}
