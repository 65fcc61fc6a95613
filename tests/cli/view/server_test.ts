import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { canonicalHost, isLoopback, ownHosts } from "../../../cli/view/hosts.ts";
import { serveView, type ViewServer } from "../../../cli/view/server.ts";
import { readSplatSource } from "../../../data/splats/read_splats.ts";
import { openView } from "../../../model/view/open_view.ts";
import { emptyState, type Viewed, type ViewState } from "../../../model/view/viewed.ts";
import { cloudSplats, inFolder, STREET, writeKeyFrames, writeModel, writeScene } from "./scenes.ts";

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
async function ask(
  server: ViewServer,
  path: string,
  { host = "", method = "GET", more = [] as readonly string[] } = {},
) {
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host || `${hostname}:${port}`}`, ...more];
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

Deno.test("a posed scene brings its points, cameras and photos, and nothing else", () =>
  serving((folder) => writeScene(folder), async (server, folder) => {
    const state = await (await fetch(`${server.url}data/state`)).json();
    assertEquals(state.cameras.map(({ name }: { name: string }) => name), ["a", "b"]);
    assertEquals([state.cameras[0].fx, state.cameras[0].cx], [300, 100]);
    assertEquals(state.items[0].points, true);
    const photo = await fetch(`${server.url}data/item/photo/a`);
    assertEquals(photo.headers.get("content-type"), "image/png");
    const bytes = new Uint8Array(await photo.arrayBuffer());
    assertEquals(bytes, await Deno.readFile(join(folder, "a.png")));
    for (const path of ["c", "..%2Fsecret.npz", "a/b", "", "transforms.json", "%2e%2e"]) {
      assertEquals((await ask(server, `/data/item/photo/${path}`)).status, 404, path);
    }
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

const LOOPBACK = ["127.0.0.1", "127.1", "127.9.9.9", "127.0.0.1:8900", "0x7f.1", "0177.0.0.1"]
  .concat("2130706433", "localhost", "LOCALHOST", "localhost.", "a.localhost", "::1", "[::1]")
  .concat("[::1]:8900", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "[::ffff:7f00:1]");
const FOREIGN = ["0.0.0.0", "0", "10.0.0.1", "128.0.0.1", "::", "[::]", "::2", "fe80::1"]
  .concat("127.0.0.1.evil.example", "evil.example", "localhost.evil.example", "notlocalhost")
  .concat("", "evil.example#127.0.0.1", "127.0.0.1/@evil", "a@127.0.0.1", "127.0.0.1 evil", "%31");

Deno.test("loopback is known in all its spellings, and nothing else is", () => {
  assertEquals(LOOPBACK.filter((host) => !isLoopback(host)), []);
  assertEquals(FOREIGN.filter(isLoopback), []);
  assertEquals(["0x7f.1", "::1", "A.b.:80"].map(canonicalHost), ["127.0.0.1", "[::1]", "a.b"]);
});

/** Shows nothing, on a host; a body that never ends counts what is taken of it. */
async function bound(
  host: string,
  work: (server: ViewServer, taken: () => number) => Promise<void>,
): Promise<void> {
  let pieces = 0;
  function* endless() {
    for (const piece = new Uint8Array(1 << 20);; pieces++) yield piece;
  }
  const viewed: Viewed = {
    state: () => emptyState("splats", "none"),
    resource: () => Promise.resolve({ type: "application/octet-stream", body: endless() }),
    close: () => {},
  };
  const server = serveView(viewed, { host, port: 0 });
  try {
    await work(server, () => pieces);
  } finally {
    await server.close();
  }
}

for (const host of ["127.0.0.1", "127.1", "localhost", "0.0.0.0"]) {
  Deno.test(`bound to ${host}, names that others point here are refused`, () =>
    bound(host, async (server) => {
      const status = async (host: string) => (await ask(server, "/data/state", { host })).status;
      const welcome = server.open ? 401 : 200; // the token is asked for next
      const bare = (name: string) => name.split(":").length > 2 && !name.startsWith("["); // addresses have brackets there
      for (const own of LOOPBACK) assertEquals(await status(own), bare(own) ? 400 : welcome, own);
      for (const other of FOREIGN.filter((name) => name && !/^0|^\[?::\]?$/.test(name))) {
        const given = await status(other);
        assert([400, 421].includes(given), `${other}: ${given}`);
      }
      assertEquals(server.open, host === "0.0.0.0");
    }));
}

Deno.test("what pages of others ask for in a browser is refused", () =>
  bound("127.0.0.1", async (server) => {
    const sites = { "same-origin": 200, none: 200, "same-site": 403, "cross-site": 403, odd: 403 };
    for (const [site, expected] of Object.entries(sites)) {
      const more = [`Sec-Fetch-Site: ${site}`];
      assertEquals((await ask(server, "/data/state", { more })).status, expected, site);
      assertEquals((await ask(server, "/", { more })).status, expected, site);
    }
  }));

Deno.test("beyond this machine it takes the token of the printed address, which a cookie keeps", () =>
  bound("0.0.0.0", async (server) => {
    const { search, searchParams, port } = new URL(server.url);
    const token = searchParams.get("token")!;
    assert(token.length >= 32);
    const status = async (path: string, cookie = "") =>
      (await ask(server, path, { more: cookie ? [`Cookie: ${cookie}`] : [] })).status;
    for (const path of ["/", "/data/state", "/page/main.js", "/?token=", `/?token=${token}x`]) {
      assertEquals(await status(path), 401, path);
    }
    assertEquals(await status(`/?token=${"0".repeat(token.length)}`), 401);
    const { status: sent, text } = await ask(server, `/${search}&item=3`);
    assertEquals(sent, 303);
    assert(/location: \/\?item=3\r\n/i.test(text), text);
    const cookie = /set-cookie: ([^;]+); HttpOnly; SameSite=Strict; Path=\//i.exec(text)![1]!;
    assertEquals(cookie, `voxsplat_${port}=${token}`);
    assertEquals(await status("/", `a=b; ${cookie}; c=d`), 200);
    assertEquals(await status("/", `voxsplat_1=${token}`), 401);
    assertEquals(await status("/", `${cookie}0`), 401);
    const [address] = ownHosts().filter((name) =>
      /^\d+(\.\d+){3}$/.test(name) && !isLoopback(name)
    );
    const more = [`Cookie: ${cookie}`];
    if (address) assertEquals((await ask(server, "/", { host: address, more })).status, 200);
    // A redirect must not lead to another machine.
    const { text: away } = await ask(server, `//evil.example/${search}`);
    assert(!/location: \/\//i.test(away), away);
  }));

for (const host of ["127.0.0.1", "0.0.0.0"]) {
  Deno.test(`bound to ${host}, a run is asked by the page itself on this machine, or not at all`, async () => {
    const asked: string[] = [];
    const viewed: Viewed = {
      state: () => ({ ...emptyState("splats", "run"), run: RUN }),
      resource: () => Promise.resolve(null),
      ask(word) {
        if (word === "save") throw new Error("Cannot save: none goes on");
        return Promise.resolve(void asked.push(word));
      },
      close: () => {},
    };
    const server = serveView(viewed, { host, port: 0 });
    try {
      const { searchParams, port } = new URL(server.url);
      const cookie = `Cookie: voxsplat_${port}=${searchParams.get("token")}`;
      const post = (word: string, ...more: string[]) =>
        ask(server, `/data/run/${word}`, { method: "POST", more: [cookie, ...more] });
      const own = "X-Voxsplat-Page: 1";
      const here = host === "127.0.0.1";
      assertEquals((await post("pause", own)).status, here ? 200 : 403);
      assertEquals((await post("go_on", own)).status, here ? 200 : 403);
      assertEquals((await post("save", own)).status, here ? 409 : 403);
      assertEquals((await post("stop")).status, 403);
      for (const site of ["cross-site", "same-site"]) {
        assertEquals((await post("stop", own, `Sec-Fetch-Site: ${site}`)).status, 403);
      }
      for (const word of ["go on", "kill", "", "stop/"]) {
        assert((await post(encodeURI(word), own)).status !== 200, word);
      }
      assertEquals((await ask(server, "/data/run/stop", { more: [cookie, own] })).status, 404);
      assertEquals(asked, here ? ["pause", "go on"] : []);
      const { text } = await ask(server, "/data/state", { more: [cookie] });
      assertEquals(text.includes(`"words":["pause"]`), here);
    } finally {
      await server.close();
    }
  });
}

const RUN: ViewState["run"] = {
  running: true,
  paused: false,
  step: 1,
  steps: 2,
  rate: null,
  words: ["pause"],
};

Deno.test("readers that do not read take a little memory each, and only so many are served", () =>
  bound("127.0.0.1", async (server, taken) => {
    const { hostname, port } = new URL(server.url);
    const get = new TextEncoder().encode(`GET /data/item/a HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    const connections: Deno.TcpConn[] = [];
    const answer = async (connection: Deno.TcpConn) => {
      await connection.write(get);
      const bytes = new Uint8Array(20);
      await connection.read(bytes);
      return new TextDecoder().decode(bytes).split(" ")[1];
    };
    try {
      for (let i = 0; i < 32; i++) {
        connections.push(await Deno.connect({ hostname, port: Number(port) }));
        assertEquals(await answer(connections.at(-1)!), "200");
      }
      connections.push(await Deno.connect({ hostname, port: Number(port) }));
      assertEquals(await answer(connections.at(-1)!), "503");
      // What stands in the system's own buffers is a few megabytes for each.
      assert(taken() < 32 * 16, `${taken()} MiB were taken`);
      for (const connection of connections.splice(0)) connection.close();
      for (let i = 0; i < 50; i++) {
        connections.push(await Deno.connect({ hostname, port: Number(port) }));
        if (await answer(connections.at(-1)!) === "200") return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert(false, "those who left are still counted");
    } finally {
      for (const connection of connections) connection.close();
    }
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
