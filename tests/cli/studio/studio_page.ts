import type { Page } from "playwright-core";
import { buildStudio } from "../../../cli/studio/build_studio.ts";
import { serveFolder } from "../../../cli/studio/serve_folder.ts";
import { launchChromium } from "../../chromium.ts";

/** Makes the studio, opens it in a browser, and takes all of it down after `work`. */
export async function inStudio(
  work: (page: Page, said: readonly string[], url: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await buildStudio(folder);
  const server = serveFolder(folder, 0);
  const browser = await launchChromium();
  const said: string[] = [];
  try {
    // In a context of its own: who closes the page of one made for it ends both unasked.
    const context = await browser.newContext({ viewport: { width: 1000, height: 640 } });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") said.push(message.text());
    });
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => {
      const address = request.url();
      if (!/^(data|blob):/.test(address) && !address.startsWith(server.url)) said.push(address);
    });
    await page.goto(server.url);
    await page.getByText("Train the built-in capture").waitFor();
    await work(page, said, server.url);
  } catch (error) {
    throw new Error(`The page said ${JSON.stringify(said)}`, { cause: error });
  } finally {
    await browser.close();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the page says of a job that went wrong. */
export async function problemIn(page: Page): Promise<string> {
  const problem = page.locator("#told.problem");
  await problem.waitFor({ timeout: 60_000 });
  return await problem.innerText();
}
