import { renderModel } from "../../../mod.ts";
import type { SplatConfig } from "../../../model/splat/mod.ts";
import { openGpu } from "../../gpu.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { referenceWords } from "./words/reference_words.ts";
import { PIPELINE_OPTIONS } from "./train_options.ts";

const command = defineCommand({
  summary: "Draw the views of a trained model next to their pictures",
  needs: ["read", "write", "env"],
  gpu: true,
  examples: ["-m out/room"],
  options: {
    model_path: { type: "string", value: "DIR", required: true, help: "-m: the model's folder" },
    source_path: { type: "string", value: "DIR", help: "-s: the scene, else the one trained on" },
    images: { type: "string", value: "DIR", help: "-i: folder of pictures in the scene's" },
    resolution: { type: "number", integer: true, min: -1, help: "-r: as for train" },
    sh_degree: { type: "number", integer: true, min: 0, max: 3, help: "Degree of the model" },
    white_background: { type: "boolean", help: "-w: white behind everything" },
    train_test_exp: { type: "boolean", help: "Keep right halves" },
    eval: { type: "boolean", help: "Hold views out for tests" },
    data_device: { type: "string", value: "DEVICE", help: "Accepted" },
    depths: { type: "string", value: "DIR", help: "-d: accepted, pictures do not need it" },
    ...PIPELINE_OPTIONS,
    alpha: {
      type: "string",
      default: "composite",
      choices: ["composite", "mask"],
      help: "RGBA pictures: laid over the background, or read as the reference does",
    },
    "principal-point": {
      type: "string",
      choices: ["use", "centre"],
      help: "Principal points of cameras, else as the model was trained",
    },
    lenses: {
      type: "string",
      choices: ["auto", "native", "undistort"],
      help: "Look through lenses or straighten pictures, else as the model was trained",
    },
    projection: {
      type: "string",
      choices: ["ewa", "unscented"],
      help: "By the lens's Jacobian or by points of each Gaussian, else as the model was trained",
    },
    masks: {
      type: "string",
      choices: ["use", "ignore", "inverted"],
      help: "Masks of pictures, else as the model was trained",
    },
    appearance: {
      type: "string",
      default: "trained",
      choices: ["trained", "none"],
      help: "What was learned of how pictures look: applied, or left out",
    },
    "appearance-of": {
      type: "string",
      value: "NAME",
      help: "Draw all as this picture of the training looks",
    },
    iteration: {
      type: "number",
      integer: true,
      default: -1,
      min: -1,
      help: "Which saved one, -1 for the last",
    },
    skip_train: { type: "boolean", help: "Leave out the views trained on" },
    skip_test: { type: "boolean", help: "Leave out the tests" },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    if (values.appearanceOf !== undefined && values.appearance === "none") {
      throw new UsageError(
        'Cannot draw with "--appearance none" and "--appearance-of": one of them is right',
      );
    }
    terminal.note(`Rendering ${values.model_path}`);
    const { progress } = terminal;
    const gpu = await openGpu();
    try {
      const overrides: Record<string, unknown> = {
        antialiasing: values.antialiasing,
        alpha: values.alpha,
      };
      if (values.principalPoint !== undefined) overrides.principal_point = values.principalPoint;
      for (
        const name of [
          "source_path",
          "images",
          "resolution",
          "sh_degree",
          "lenses",
          "projection",
          "masks",
        ] as const
      ) {
        if (values[name] !== undefined) overrides[name] = values[name];
      }
      // A switch that is not given leaves what the model was trained with.
      for (const name of ["white_background", "train_test_exp", "eval"] as const) {
        if (values[name]) overrides[name] = true;
      }
      const events = renderModel(gpu, {
        modelPath: values.model_path,
        iteration: values.iteration,
        skipTrain: values.skip_train,
        skipTest: values.skip_test,
        appearance: values.appearance,
        appearanceOf: values.appearanceOf,
        overrides: overrides as Partial<SplatConfig>,
      });
      let loaded = false;
      for await (const event of events) {
        if (values.json) terminal.printJson(event);
        switch (event.type) {
          case "remark":
            if (event.lost) terminal.complain(event.text);
            else terminal.note(event.text);
            break;
          case "started":
            if (loaded) progress.draw({ type: "finished" });
            else terminal.note(`Loading trained model at iteration ${event.iteration}`);
            loaded = true;
            progress.draw({
              type: "started",
              label: `rendering ${event.set}`,
              unit: "view",
              total: event.views,
            });
            break;
          case "view":
            progress.draw({ type: "step", done: event.done });
            break;
          case "finished":
            progress.draw({ type: "finished" });
            if (!values.json) terminal.print(event.path);
        }
      }
    } finally {
      gpu.destroy();
    }
  },
});

/** `splat render`, with the reference's flags. */
export const splatRender: Command = {
  ...command,
  run: (words, terminal) => command.run(referenceWords(words, command.options), terminal),
};
