import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { isLoopback } from "../../../cli/view/loopback.ts";
import { serveView, type ViewServer } from "../../../cli/view/server.ts";
import { readSplatSource } from "../../../data/splats/read_splats.ts";
import { openView } from "../../../model/view/open_view.ts";
import { cloudSplats, inFolder, STREET, writeKeyFrames, writeModel } from "./scenes.ts";

/** Serves a folder that `fill` fills, for as long as `work` takes. */
async function serving(
  fill: (folder: string) => Promise<void>,
  work: (server: ViewServer, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (outside) => {
    await Deno.writeTextFile(join(outside, "secret.npz"), "secret");
    const folder = join(outside, "shown");
    await Deno.mkdir(folder);
    await fill(folder);
    const server = serveView(await openView(folder), { host: "127.0.0.1", port: 0 });
    try {
      await work(server, folder);
    } finally {
      await server.close();
    }
  });
}

/** Sends a request as it stands, for `fetch` tidies paths up. */
async function ask(server: ViewServer, path: string, { host = "", method = "GET" } = {}) {
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host || `${hostname}:${port}`}`];
  await connection.write(
    new TextEncoder().encode([...lines, "Connection: close", "", ""].join("\r\n")),
  );
  const text = await new Response(connection.readable).text();
  return { status: Number(text.split(" ")[1]), text };
}

Deno.test("the page, its scripts and packages are served with their types and a policy", () =>
  serving((folder) => writeKeyFrames(folder, 1), async ({ url }) => {
    const types: Record<string, string> = {
      "": "text/html",
      "page/style.css": "text/css",
      "page/main.js": "text/javascript",
      "packages/three.module.js": "text/javascript",
      "packages/three.core.js": "text/javascript",
      "packages/spark.js": "text/javascript",
      "data/state": "application/json",
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await fetch(url + path);
      await response.body?.cancel();
      assertEquals(response.status, 200, path);
      assert(response.headers.get("content-type")!.startsWith(type), path);
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      const policy = response.headers.get("content-security-policy")!;
      assertStringIncludes(policy, "default-src 'none'");
      assert(!policy.includes("http"), "the policy lets other machines in");
    }
  }));

Deno.test("what has not changed is not sent again", () =>
  serving((folder) => writeKeyFrames(folder, 1), async ({ url }, folder) => {
    const state = async (tag: string) => {
      const response = await fetch(`${url}data/state`, { headers: { "if-none-match": tag } });
      await response.body?.cancel();
      return { status: response.status, tag: response.headers.get("etag")! };
    };
    const first = await state("none");
    assertEquals((await state(first.tag)).status, 304);
    await writeKeyFrames(folder, 2);
    assertEquals((await state(first.tag)).status, 200);
  }));

Deno.test("parts of a key frame come as bytes, unknown ones are refused", () =>
  serving((folder) => writeKeyFrames(folder, 1), async (server) => {
    const part = async (path: string) => {
      const response = await fetch(`${server.url}data/item/val_0/${path}`);
      return new Uint8Array(await response.arrayBuffer());
    };
    assertEquals(await part("prediction"), STREET.prediction);
    assertEquals(await part("truth"), STREET.truth);
    assertEquals((await part("error")).filter((kind) => kind === 1).length, 2);
    assertEquals((await part("camera/CAM_BACK")).subarray(1, 4), new TextEncoder().encode("PNG"));
    const gaussians = new Float32Array((await part("gaussians")).buffer);
    assertEquals([...gaussians.subarray(0, 3)], [-4, 0, 3]); // in the lidar frame
    assertEquals([gaussians[11], gaussians[23]], [3, 10]); // bus and truck
    for (const path of ["camera/CAM_TOP", "semantics", "prediction/0", "camera", ""]) {
      assertEquals((await ask(server, `/data/item/val_0/${path}`)).status, 404, path);
    }
  }));

Deno.test("a model's scene comes as a PLY of our own", () =>
  serving((folder) => writeModel(folder, cloudSplats(20, 2)), async ({ url }) => {
    const response = await fetch(`${url}data/item/30`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const source = {
      file: "answer.ply",
      size: bytes.length,
      read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
    };
    const { splats } = await readSplatSource(source as never);
    assertEquals([splats.count, splats.degree], [20, 2]);
  }));

Deno.test("nothing beside the assets and the data is reachable", () =>
  serving((folder) => writeKeyFrames(folder, 1), async (server) => {
    for (
      const path of [
        "/secret.npz",
        "/../secret.npz",
        "/data/../../secret.npz",
        "/data/item/../secret/prediction",
        "/data/item/..%2Fsecret/prediction",
        "/data/item/..%2fsecret.npz",
        "/data/item/%2e%2e%2fsecret/about",
        "/data/item/..~secret/prediction",
        "/data/item/val_0.npz",
        "/data/item/val_0%00/prediction",
        "/data/item/%ZZ/prediction",
        "/data/item/val_0/camera/..%2f..%2fsecret.npz",
        "/data/item/",
        "/data/",
        "/page/",
        "/page/../../../deno.json",
        "/page/..%2fserver.ts",
        "/packages/%2e%2e/package.json",
        "//etc/passwd",
        "/etc/passwd",
        "/toString",
        "/__proto__",
      ]
    ) {
      const { status, text } = await ask(server, path);
      assertEquals(status, 404, path);
      assert(!text.includes("secret\n") && !text.includes("root:"), path);
    }
    for (const method of ["POST", "PUT", "DELETE"]) {
      assertEquals((await ask(server, "/", { method })).status, 405, method);
    }
  }));

Deno.test("pages of others that point a name here are refused", () =>
  serving((folder) => writeKeyFrames(folder, 1), async (server) => {
    assertEquals((await ask(server, "/data/state", { host: "evil.example" })).status, 421);
    assertEquals((await ask(server, "/data/state", { host: "localhost:8900" })).status, 200);
    const [local, others] = [["127.0.0.1", "127.9.9.9", "localhost", "::1"], [
      "0.0.0.0",
      "127.0.0.1.evil.example",
      "10.0.0.1",
      "::",
    ]];
    assertEquals([local.every(isLoopback), others.some(isLoopback)], [true, false]);
  }));

Deno.test("a taken port is passed over, or named where it was asked for", () =>
  inFolder(async (folder) => {
    await writeKeyFrames(folder, 1);
    const viewed = await openView(folder);
    const host = "127.0.0.1";
    const first = serveView(viewed, { host });
    const second = serveView(viewed, { host });
    const port = (server: ViewServer) => Number(new URL(server.url).port);
    assert(port(second) > port(first));
    assertThrows(
      () => serveView(viewed, { host, port: port(first) }),
      Error,
      `Cannot listen on "127.0.0.1": port ${port(first)} is taken by another program`,
    );
    await Promise.all([first.close(), second.close()]);
  }));
