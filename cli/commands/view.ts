import { writeAtomicallyFrom } from "../../data/mod.ts";
import { openView } from "../../mod.ts";
import { defineCommand } from "../command_line/command.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { checkOutput, OVERWRITE_OPTION } from "../output_file.ts";
import { interrupted } from "../interrupt.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { openInBrowser } from "../view/browser.ts";
import { USUAL_PORT } from "../view/hosts.ts";

/** `view`: a page in the browser for scenes, key frames and training runs. */
export const view = defineCommand({
  summary: "Show a scene, key frames or a training run in the browser",
  needs: ["read", "write", "env", "net", "sys", "run"],
  // A viewer that listens writes nothing, and could not.
  optionNeeds: { "--export": ["write"] },
  examples: [
    "out/room",
    "out/demo --open",
    "scene.spz --port 0 --json",
    "out/room --export room.html",
  ],
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
    export: {
      type: "string",
      value: "FILE.html",
      help: "Write one page with the scene or key frames in it, which opens without a server",
    },
    overwrite: OVERWRITE_OPTION,
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const { path, port, host, open, json } = values;
    if (values.export !== undefined) return await exportTo(values.export, values, terminal);
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

async function exportTo(
  file: string,
  { path, overwrite, json }: {
    readonly path: string;
    readonly overwrite: boolean;
    readonly json: boolean;
  },
  terminal: Terminal,
): Promise<void> {
  checkOutput(file, { inputs: [path], endings: [".html"], overwrite });
  const viewed = await openView(path);
  const { exportPage } = await import("../view/export_page.ts");
  try {
    const encoder = new TextEncoder();
    let bytes = 0;
    const pieces = async function* () {
      for await (const text of exportPage(viewed)) {
        const piece = encoder.encode(text);
        bytes += piece.length;
        yield piece;
      }
    };
    await writeAtomicallyFrom(file, pieces());
    const megabytes = (bytes / 1e6).toFixed(1);
    if (json) terminal.printJson({ file, bytes });
    else terminal.print(`${file}: ${megabytes} MB, opens in any browser, without a network`);
  } finally {
    viewed.close();
  }
}
