import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { viewCamera } from "../../../../data/scenes/scene_view.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import { drawPicture } from "../../../../model/splat/draw.ts";
import { Gaussians } from "../../../../model/splat/gaussians.ts";
import { GuiServer } from "../../../../model/splat/gui/gui_server.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";
import type { Script } from "./client_worker.ts";
import { requestOf, ViewerClient, type ViewerReply } from "./viewer_client.ts";

const CONFIG: SplatConfig = {
  ...SPLAT_DEFAULTS,
  sh_degree: 1,
  iterations: 30,
  densify_from_iter: 4,
  densification_interval: 8,
  densify_until_iter: 26,
  densify_grad_threshold: 0.001,
  eval: true,
  white_background: true,
};

const VERIFY = "/data/a scene";

function startSplats(): Splats {
  return splatsAt({
    positions: Float32Array.from(noise(11, 600)),
    colours: Uint8Array.from(noise(12, 600, 0, 256)),
  }, 1);
}

/** Trains and returns the last Gaussians and the iterations' count. */
async function train(
  gpu: Gpu,
  scene: string,
  options: Partial<SplatTrainOptions> = {},
): Promise<{ last: Splats; steps: number }> {
  const config = { ...CONFIG, ...options.config };
  let last: Splats | undefined;
  let steps = 0;
  const events = trainSplat(gpu, {
    ...sceneShots(readScene(scene, { eval: true }), config),
    start: { splats: startSplats(), activeDegree: 0 },
    saveIterations: [config.iterations],
    ...options,
    config,
    keeper: {
      save: (_, splats) => {
        last = splats;
        return "";
      },
    },
  });
  for await (const { type } of events) if (type === "step") steps++;
  return { last: last!, steps };
}

/** Runs requests one after the other beside the training. */
function runClient(script: Script): Promise<(ViewerReply & { at: number })[]> {
  const worker = new Worker(new URL("./client_worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { replies, error } }) => {
      worker.terminate();
      if (error) reject(new Error(`after ${replies.length} replies: ${error}`));
      else resolve(replies);
    };
    worker.postMessage(script);
  });
}

/** A camera that looks at the middle of the scene from some way off. */
function cameraAt(x: number, [width, height]: [number, number]) {
  const rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const fov = [0.9, 2 * Math.atan(Math.tan(0.45) * height / width)] as const;
  return viewCamera({ fov, rotation, translation: [-x, 0.1, 3] }, [width, height]);
}

async function drawn(
  gpu: Gpu,
  camera: ReturnType<typeof cameraAt>,
  scaleModifier: number,
): Promise<Uint8Array> {
  using _scope = gpu.scope();
  const gaussians = new Gaussians(gpu, startSplats());
  const image = await drawPicture(gaussians, camera, { background: [1, 1, 1], scaleModifier });
  const planes = await image.read("f32");
  gaussians.release();
  const pixels = planes.length / 3;
  return Uint8Array.from(
    { length: planes.length },
    (_, i) => 255 * planes[(i % 3) * pixels + Math.floor(i / 3)]!,
  );
}

/** Bytes that differ by more than a rounding: its view matrix went through JSON as doubles. */
function differing(a: Uint8Array, b: Uint8Array): number {
  assertEquals(a.length, b.length);
  return a.filter((value, i) => Math.abs(value - b[i]!) > 1).length;
}

/** Waits until a request has arrived. */
async function asked(server: GuiServer): Promise<void> {
  for (let tries = 0; !server.asked; tries++) {
    assert(tries < 1000, "no request has arrived in ten seconds");
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Whether nobody listens at a port, now or in a while: a thread that is ended takes its time. */
async function refuses(port: number): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      (await ViewerClient.connect(port)).close();
    } catch {
      return true;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

gpuTest("a remote viewer gets pictures of a training, holds it and lets it go", async (gpu) => {
  await withTinyScene(async (scene) => {
    const quiet = await train(gpu, scene);
    const remarks: string[] = [];
    const server = await GuiServer.open({
      ip: "127.0.0.1",
      port: 0,
      verify: VERIFY,
      onRemark: (text) => remarks.push(text),
    });
    try {
      const [camera, other] = [cameraAt(0, [37, 21]), cameraAt(0.7, [40, 50])];
      const none = requestOf(camera, { resolution_x: 0, train: 1 });
      const client = runClient({
        port: server.port,
        requests: [
          requestOf(camera),
          none,
          requestOf(camera, { scaling_modifier: 0.3 }),
          requestOf(camera, { shs_python: 1, rot_scale_python: 1 }),
          requestOf(other),
          requestOf(camera, { train: 1 }), // on with it
          requestOf(camera, { train: 1 }),
          requestOf(camera), // held at a later iteration
          requestOf(camera),
          requestOf(camera, { train: 1, keep_alive: 1 }),
          ...Array.from({ length: 40 }, () => requestOf(camera, { train: 1, keep_alive: 1 })),
          requestOf(camera, { train: 1, keep_alive: 0 }),
        ],
      });
      // The client is there before the first iteration, so that it sees where all begins.
      await asked(server);
      const watched = await train(gpu, scene, { viewer: server });
      const replies = await client;
      const pictures = replies.map(({ picture }) => picture);
      for (const { verify } of replies) assertEquals(verify, VERIFY);
      assertEquals(pictures[1], null);
      assertEquals(differing(pictures[0]!, await drawn(gpu, camera, 1)), 0);
      assertEquals(differing(pictures[2]!, await drawn(gpu, camera, 0.3)), 0);
      assert(differing(pictures[2]!, pictures[0]!) > 500);
      assertEquals(pictures[3], pictures[0]);
      assertEquals(differing(pictures[4]!, await drawn(gpu, other, 1)), 0);
      assertEquals(pictures[5], pictures[0]);
      assertNotEquals(pictures[7], pictures[0]);
      assertEquals(pictures[8], pictures[7]);
      // More requests than iterations: the last of them see the Gaussians at rest.
      assertEquals(pictures.at(-1), pictures.at(-2));
      assertNotEquals(pictures.at(-1), pictures[7]);
      // Being watched changes no bit of what is learned.
      assertEquals(watched.last, quiet.last);
      assertEquals([quiet.steps, watched.steps], [30, 30]);
      await new Promise((done) => setTimeout(done, 50));
      assert(remarks.includes("a viewer has connected"), remarks.join("; "));
    } finally {
      await server.close();
    }
    assert(await refuses(server.port), "nobody listens any more");
  });
});

gpuTest("clients that talk nonsense, stop in the middle or hang are let go", async (gpu) => {
  await withTinyScene(async (scene) => {
    const remarks: string[] = [];
    const server = await GuiServer.open({
      ip: "127.0.0.1",
      port: 0,
      verify: VERIFY,
      patience: 300,
      onRemark: (text) => remarks.push(text),
    });
    try {
      const camera = cameraAt(0, [16, 16]);
      const good = requestOf(camera);
      const json = (text: string) => {
        const body = new TextEncoder().encode(text);
        return Uint8Array.of(...new Uint8Array(Uint32Array.of(body.length).buffer), ...body);
      };
      const nonsense: Uint8Array[] = [
        Uint8Array.of(255, 255, 255, 255), // four gigabytes to come
        json("{"),
        json("[1, 2]"),
        json(JSON.stringify({ ...good, train: "yes" })),
        json(JSON.stringify({ ...good, resolution_x: 1e9 })),
        json(JSON.stringify({ ...good, resolution_x: 7.5 })),
        json(JSON.stringify({ ...good, view_matrix: [1, 2, 3] })),
        json(JSON.stringify(good).replace('"scaling_modifier":1', '"scaling_modifier":null')),
        Uint8Array.of(80, 0, 0, 0, 123, 34), // and no more
      ];
      for (const bytes of nonsense) {
        const client = await ViewerClient.connect(server.port);
        await client.sendBytes(bytes);
        assert(await client.isClosed(), new TextDecoder().decode(bytes));
        client.close();
      }
      // What cannot be drawn is found out by the training.
      const flat = requestOf(camera, { view_matrix: new Array(16).fill(0) });
      const [wrong, held] = [
        await ViewerClient.connect(server.port),
        await ViewerClient.connect(server.port),
      ];
      await wrong.send(flat);
      await held.send(good, 7); // in pieces; it waits until the other is gone, then holds in silence
      const started = performance.now();
      const { steps } = await train(gpu, scene, { viewer: server });
      assertEquals(steps, 30);
      assert(await wrong.isClosed());
      const seconds = (performance.now() - started) / 1000;
      assert(seconds < 10, `${seconds} s`);
      wrong.close();
      held.close();
      assert(remarks.some((text) => text.includes("its view matrix cannot be inverted")));
      assert(remarks.some((text) => text.includes("it has not answered in time")));
      assert(remarks.some((text) => text.includes("its message has 4294967295 bytes")));
    } finally {
      await server.close();
    }
  });
});

gpuTest("a client that holds the training and dies, or keeps silent, lets it go", async (gpu) => {
  await withTinyScene(async (scene) => {
    const config = { ...CONFIG, iterations: 3, densify_until_iter: 0 };
    for (
      const [patience, death, words] of [
        [20_000, 800, "the viewer has gone: it has closed the connection"],
        [400, 3000, "the viewer is let go: it holds the training in silence"],
      ] as const
    ) {
      const remarks: string[] = [];
      const server = await GuiServer.open({
        ip: "127.0.0.1",
        port: 0,
        verify: VERIFY,
        patience,
        onRemark: (text) => remarks.push(text),
      });
      const client = await ViewerClient.connect(server.port);
      const timer = setTimeout(() => client.close(), death);
      try {
        await client.send(requestOf(cameraAt(0, [16, 16])));
        await asked(server);
        const started = performance.now();
        const { steps } = await train(gpu, scene, { config, viewer: server });
        assertEquals(steps, 3);
        assert(performance.now() - started > 250, "it was held");
        await new Promise((done) => setTimeout(done, 50));
        assert(remarks.includes(words), remarks.join("; "));
      } finally {
        clearTimeout(timer);
        await server.close();
      }
    }
  });
});

gpuTest("a server without clients costs next to nothing, a taken port is told", async (gpu) => {
  const server = await GuiServer.open({ ip: "127.0.0.1", port: 0, verify: VERIFY });
  try {
    const gaussians = new Gaussians(gpu, startSplats());
    const started = performance.now();
    const calls = 100_000;
    for (let i = 1; i <= calls; i++) await server.serve(1, { gaussians, config: CONFIG });
    const each = 1000 * (performance.now() - started) / calls;
    console.log(`${each.toFixed(3)} us an iteration without a client`);
    assert(each < 20, `${each} us an iteration`);
    gaussians.release();
    await assertRejects(
      () => GuiServer.open({ ip: "127.0.0.1", port: server.port, verify: "" }),
      Error,
      `Cannot wait for viewers at 127.0.0.1:${server.port}: `,
    );
  } finally {
    await server.close();
  }
});
