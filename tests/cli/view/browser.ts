import type { Browser, Page } from "playwright-core";
import { serveView } from "../../../cli/view/server.ts";
import { openView } from "../../../model/view/open_view.ts";
import { chromiumProgram, launchChromium } from "../../chromium.ts";

let shared: Browser | null = null;
Deno.test.afterAll(async () => await shared?.close());

/** A test in headless Chromium, which draws in software; skipped with a line where there is none. */
export function browserTest(name: string, fn: () => Promise<void>, { needed = true } = {}): void {
  if (chromiumProgram === undefined) {
    console.log(`skipped: "${name}" needs Chromium, which is not here`);
  }
  Deno.test({
    name,
    ignore: chromiumProgram === undefined || !needed,
    // The browser stays open between the tests of a file.
    sanitizeResources: false,
    sanitizeOps: false,
    fn,
  });
}

/** What a test is given: the page that shows a path, and what it and its server said. */
export interface Shown {
  readonly page: Page;
  readonly url: string;
  /** Errors and warnings of the page's console, and failures of its scripts. */
  readonly said: string[];
  /** Addresses that the page asked for, without those of the server. */
  readonly foreign: string[];
}

/** Shows a path in a page of its own, waits until it is drawn, runs `work` and takes all of it down. */
export async function showing(
  path: string,
  work: (shown: Shown) => Promise<void>,
  options: ShowingOptions = {},
): Promise<void> {
  const server = serveView(await openView(path), { host: "127.0.0.1", port: 0 });
  try {
    await showingAddress(server.url, work, options);
  } finally {
    await server.close();
  }
}

/** Of which size the window is, and what follows the address. */
export interface ShowingOptions {
  readonly size?: readonly [number, number];
  readonly query?: string;
}

/** The same of a page at an address, which may be a file's. */
export async function showingAddress(
  url: string,
  work: (shown: Shown) => Promise<void>,
  { size: [width, height] = [900, 500], query = "" }: ShowingOptions = {},
): Promise<void> {
  shared ??= await launchChromium();
  const page = await shared.newPage({ viewport: { width, height } });
  const said: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    const address = request.url();
    if (!/^(data|blob):/.test(address) && !address.startsWith(url)) foreign.push(address);
  });
  try {
    await page.goto(url + query);
    await drawn(page);
    await work({ page, url, said, foreign });
  } catch (error) {
    throw new Error(`The page said ${JSON.stringify(said)}`, { cause: error });
  } finally {
    await page.close();
  }
}

/** Waits until nothing is loaded, sorted or drawn any more. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => delete (globalThis as any).restful);
  await page.waitForFunction(
    () => {
      const state = globalThis as any;
      const resting = state.voxsplat && !state.voxsplat.busy;
      state.restful = resting ? (state.restful ?? 0) + 1 : 0;
      return state.restful > 3;
    },
    null,
    { polling: 25, timeout: 60_000 },
  );
}

/** The canvas as a PNG. */
export async function canvasPicture(page: Page): Promise<Uint8Array> {
  return await page.locator("#stage canvas").screenshot();
}
