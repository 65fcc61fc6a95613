import { button, element } from "view/elements.js";
import { chosenFiles, droppedFiles } from "./given_files.js";

const ITERATIONS = [300, 1000, 3000, 7000, 30000];
const RESOLUTIONS = { "-1": "as they are", 2: "half", 4: "a quarter", 8: "an eighth" };

/** What one can begin with: a scene to train on, pictures to predict from, or a file to look at. */
export function startCards({ onTrain, onPredict, onLook, complain }) {
  const iterations = choice("iterations", ITERATIONS.map((count) => [count, count]), 1000);
  const resolution = choice("size of photos", Object.entries(RESOLUTIONS), "-1");
  const settings = () => ({
    iterations: Number(iterations.select.value),
    resolution: Number(resolution.select.value),
    seed: 0,
  });
  const train = (files) => onTrain({ files, settings: settings() });
  return [
    element(
      "article",
      {},
      element("h2", {}, "Train"),
      element(
        "p",
        {},
        "Photos to a scene of 3D Gaussians, here in this page. Nothing leaves your computer.",
      ),
      dropZone("Drop the folder of a COLMAP, nerfstudio or Blender scene, or choose one", {
        folder: true,
        onFiles: train,
        complain,
      }),
      iterations.label,
      resolution.label,
      button("Train the built-in capture", () => train(null)),
    ),
    element(
      "article",
      {},
      element("h2", {}, "Predict"),
      element(
        "p",
        {},
        "Six pictures around a car to the voxels around it, by the small model that learned from made-up " +
          "streets.",
      ),
      dropZone("Drop a folder of six pictures with a .jsonl of their calibration, or choose one", {
        folder: true,
        onFiles: (files) => onPredict({ files }),
        complain,
      }),
      button("Predict the built-in key frame", () => onPredict({ files: null })),
    ),
    element(
      "article",
      {},
      element("h2", {}, "Look"),
      element("p", {}, "A scene of Gaussians from a file, without training."),
      dropZone("Drop a .ply, .splat, .spz, .ksplat, .sog, .glb file, or choose one", {
        folder: false,
        onFiles: ([[name, file]]) => onLook({ name, file }),
        complain,
      }),
    ),
  ];
}

function choice(text, options, chosen) {
  const select = element(
    "select",
    { "aria-label": text },
    ...options.map(([value, name]) =>
      element("option", { value, selected: String(value) === String(chosen) }, String(name))
    ),
  );
  return { select, label: element("label", {}, text, select) };
}

function dropZone(text, { folder, onFiles, complain }) {
  const take = (files) => {
    if (files.length) onFiles(files);
    else complain("nothing was given");
  };
  const input = element("input", {
    type: "file",
    webkitdirectory: folder,
    "aria-label": text,
    change: () => take(chosenFiles(input)),
  });
  const over = (is) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", is);
  };
  const zone = element(
    "label",
    {
      class: "drop",
      dragover: over(true),
      dragleave: over(false),
      drop: async (event) => {
        over(false)(event);
        try {
          take(await droppedFiles(event.dataTransfer));
        } catch (error) {
          complain(error.message);
        }
      },
    },
    text,
    input,
  );
  return zone;
}
