import { background } from "./background.js";
import { beside } from "./beside.js";
import { cameras } from "./cameras/cameras.js";
import { compare } from "./compare.js";
import { drop } from "./drop.js";
import { edit } from "./edit/edit.js";
import { film } from "./film.js";
import { ground } from "./ground.js";
import { help } from "./help.js";
import { looks } from "./looks.js";
import { measure } from "./measure.js";
import { run } from "./run.js";
import { scaleBar } from "./scale_bar.js";
import { view } from "./view.js";

/**
 * What a page can do, in the order of the panel. `pages` says of which kinds of pages; `make(page)` gives what
 * of these it has: `root` (its part of the panel; above the choice of scenes where it is `first`), `keys`,
 * `update(state)` when there is something else to see, `items()` when there are others to choose from, `shown()` when a scene is there or has changed,
 * `click(ray)` for clicks that no tool takes (true: it is done), and `busy`.
 */
export const CONTROLS = [
  run,
  beside,
  cameras,
  view,
  background,
  ground,
  looks,
  scaleBar,
  measure,
  edit,
  film,
  drop,
  compare,
  help,
];
