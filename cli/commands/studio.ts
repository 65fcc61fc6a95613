import { resolve } from "@std/path";
import { JSON_OPTION } from "../command_line/options.ts";
import { defineCommand } from "../command_line/command.ts";
import { interrupted } from "../interrupt.ts";
import { openInBrowser } from "../view/browser.ts";
import { USUAL_PORT } from "../view/hosts.ts";

/** `studio`: a page that trains in the browser. */
export const studio = defineCommand({
  summary:
    "Make the studio, a page that trains, predicts and shows scenes in the browser, and serve it",
  needs: ["read", "write", "env", "net", "run"],
  examples: ["--open", "--out site/studio --no-serve"],
  options: {
    out: {
      type: "string",
      value: "DIR",
      default: "out/studio",
      help: "Its files, for any web server",
    },
    serve: { type: "boolean", default: true, help: "Serve it to this machine until Ctrl-C" },
    port: {
      type: "number",
      integer: true,
      min: 0,
      max: 65535,
      help: `Where to listen, 0 for any free one; else the first free one from ${USUAL_PORT} on`,
    },
    open: { type: "boolean", help: "Open the page in the browser" },
    json: JSON_OPTION,
  },
  async run({ out, serve, port, open, json }, terminal) {
    if (Deno.build.standalone) {
      throw new Error(
        "Cannot make the studio: this is the compiled program, the sources are needed",
      );
    }
    const folder = resolve(out);
    const { buildStudio } = await import("../studio/build_studio.ts");
    await buildStudio(folder);
    if (!serve) {
      if (json) terminal.printJson({ folder });
      else terminal.print(folder);
      return;
    }
    const { serveFolder } = await import("../studio/serve_folder.ts");
    const server = serveFolder(folder, port);
    if (json) terminal.printJson({ folder, url: server.url });
    else terminal.print(`${server.url} is the studio (files in ${out}), Ctrl-C ends it`);
    if (open && !await openInBrowser(server.url)) {
      terminal.note(`Cannot open a browser here, open ${server.url} in one`);
    }
    await interrupted();
    await server.close();
  },
});
