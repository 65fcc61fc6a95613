import { openView } from "../../mod.ts";
import { defineCommand } from "../command_line/command.ts";
import { interrupted } from "../interrupt.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { openInBrowser } from "../view/browser.ts";
import { USUAL_PORT } from "../view/hosts.ts";

/** `view`: a page in the browser for scenes, key frames and training runs. */
export const view = defineCommand({
  summary: "Show a scene, key frames or a training run in the browser",
  needs: ["read", "env", "net", "sys", "run"],
  examples: ["out/room", "out/demo --open", "scene.spz --port 0 --json"],
  arguments: {
    path: {
      help: "A file of splats or a key frame's .npz, or a folder of splat train, train, predict, " +
        "visualize or demo",
    },
  },
  options: {
    port: {
      type: "number",
      integer: true,
      min: 0,
      max: 65535,
      help: `Where to listen, 0 for any free one; else the first free one from ${USUAL_PORT} on`,
    },
    host: {
      type: "string",
      value: "ADDRESS",
      default: "127.0.0.1",
      help: "Others than this machine's own let those see PATH who have the printed address",
    },
    open: { type: "boolean", help: "Open the page in the browser" },
    json: JSON_OPTION,
  },
  run: async ({ path, port, host, open, json }, terminal) => {
    const viewed = await openView(path);
    // The page's scripts are some megabytes, which `--help` need not read.
    const { serveView } = await import("../view/server.ts");
    const server = serveView(viewed, { host, port });
    const { kind, title } = viewed.state();
    if (json) terminal.printJson({ url: server.url, kind, title });
    else terminal.print(`${server.url} shows ${path} (${kind}), Ctrl-C ends it`);
    if (server.open) {
      terminal.note(`whoever has this address and reaches "${host}" can see ${path}`);
    }
    if (open && !await openInBrowser(server.url)) {
      terminal.note(`Cannot open a browser here, open ${server.url} in one`);
    }
    await interrupted();
    await server.close();
  },
});
