import background from "./page/controls/background.js" with { type: "text" };
import beside from "./page/controls/beside.js" with { type: "text" };
import cameraList from "./page/controls/cameras/camera_list.js" with { type: "text" };
import cameras from "./page/controls/cameras/cameras.js" with { type: "text" };
import frustums from "./page/controls/cameras/frustums.js" with { type: "text" };
import photoCompare from "./page/controls/cameras/photo_compare.js" with { type: "text" };
import photos from "./page/controls/cameras/photos.js" with { type: "text" };
import compare from "./page/controls/compare.js" with { type: "text" };
import drop from "./page/controls/drop.js" with { type: "text" };
import cropBox from "./page/controls/edit/crop_box.js" with { type: "text" };
import edit from "./page/controls/edit/edit.js" with { type: "text" };
import history from "./page/controls/edit/history.js" with { type: "text" };
import rectangle from "./page/controls/edit/rectangle.js" with { type: "text" };
import film from "./page/controls/film.js" with { type: "text" };
import ground from "./page/controls/ground.js" with { type: "text" };
import help from "./page/controls/help.js" with { type: "text" };
import looks from "./page/controls/looks.js" with { type: "text" };
import measure from "./page/controls/measure.js" with { type: "text" };
import run from "./page/controls/run.js" with { type: "text" };
import scaleBar from "./page/controls/scale_bar.js" with { type: "text" };
import table from "./page/controls/table.js" with { type: "text" };
import view from "./page/controls/view.js" with { type: "text" };
import door from "./page/door.js" with { type: "text" };
import elements from "./page/elements.js" with { type: "text" };
import kept from "./page/kept.js" with { type: "text" };
import keys from "./page/keys.js" with { type: "text" };
import liveState from "./page/live_state.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import keyFrame from "./page/occupancy/key_frame.js" with { type: "text" };
import legend from "./page/occupancy/legend.js" with { type: "text" };
import occupancyPage from "./page/occupancy/occupancy_page.js" with { type: "text" };
import voxels from "./page/occupancy/voxels.js" with { type: "text" };
import charts from "./page/runs/charts.js" with { type: "text" };
import picker from "./page/runs/picker.js" with { type: "text" };
import saveFile from "./page/save_file.js" with { type: "text" };
import scenePage from "./page/scene_page.js" with { type: "text" };
import gaussianCloud from "./page/splats/gaussian_cloud.js" with { type: "text" };
import givenFile from "./page/splats/given_file.js" with { type: "text" };
import harmonics from "./page/splats/harmonics.js" with { type: "text" };
import sceneFile from "./page/splats/scene_file.js" with { type: "text" };
import splatExtent from "./page/splats/splat_extent.js" with { type: "text" };
import splatLook from "./page/splats/splat_look.js" with { type: "text" };
import splatMarks from "./page/splats/splat_marks.js" with { type: "text" };
import splatPage from "./page/splats/splat_page.js" with { type: "text" };
import splatPainter from "./page/splats/splat_painter.js" with { type: "text" };
import splatRows from "./page/splats/splat_rows.js" with { type: "text" };
import flight from "./page/stage/flight.js" with { type: "text" };
import lengthText from "./page/stage/length_text.js" with { type: "text" };
import stage from "./page/stage/stage.js" with { type: "text" };
import timeText from "./page/time_text.js" with { type: "text" };

/** The scripts of the page by their paths; imported as text, so that `compile` embeds them. */
export const PAGE_SCRIPTS: Readonly<Record<string, string>> = {
  "controls/background.js": background,
  "controls/beside.js": beside,
  "controls/cameras/camera_list.js": cameraList,
  "controls/cameras/cameras.js": cameras,
  "controls/cameras/frustums.js": frustums,
  "controls/cameras/photo_compare.js": photoCompare,
  "controls/cameras/photos.js": photos,
  "controls/compare.js": compare,
  "controls/drop.js": drop,
  "controls/edit/crop_box.js": cropBox,
  "controls/edit/edit.js": edit,
  "controls/edit/history.js": history,
  "controls/edit/rectangle.js": rectangle,
  "controls/film.js": film,
  "controls/ground.js": ground,
  "controls/help.js": help,
  "controls/looks.js": looks,
  "controls/measure.js": measure,
  "controls/run.js": run,
  "controls/scale_bar.js": scaleBar,
  "controls/table.js": table,
  "controls/view.js": view,
  "door.js": door,
  "elements.js": elements,
  "kept.js": kept,
  "keys.js": keys,
  "live_state.js": liveState,
  "main.js": main,
  "occupancy/key_frame.js": keyFrame,
  "occupancy/legend.js": legend,
  "occupancy/occupancy_page.js": occupancyPage,
  "occupancy/voxels.js": voxels,
  "runs/charts.js": charts,
  "runs/picker.js": picker,
  "save_file.js": saveFile,
  "scene_page.js": scenePage,
  "splats/gaussian_cloud.js": gaussianCloud,
  "splats/given_file.js": givenFile,
  "splats/harmonics.js": harmonics,
  "splats/scene_file.js": sceneFile,
  "splats/splat_extent.js": splatExtent,
  "splats/splat_look.js": splatLook,
  "splats/splat_marks.js": splatMarks,
  "splats/splat_page.js": splatPage,
  "splats/splat_painter.js": splatPainter,
  "splats/splat_rows.js": splatRows,
  "stage/flight.js": flight,
  "stage/length_text.js": lengthText,
  "stage/stage.js": stage,
  "time_text.js": timeText,
};
