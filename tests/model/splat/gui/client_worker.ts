/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { ViewerClient, type ViewerReply, type ViewerRequest } from "./viewer_client.ts";

/** A client on a thread of its own, as a training leaves no time between iterations for one beside it. */
export type Script = { readonly port: number; readonly requests: readonly ViewerRequest[] };

self.onmessage = async ({ data: { port, requests } }: MessageEvent<Script>) => {
  const replies: (ViewerReply & { readonly at: number })[] = [];
  try {
    const client = await ViewerClient.connect(port);
    for (const request of requests) replies.push({ ...await client.ask(request), at: Date.now() });
    client.close();
    self.postMessage({ replies });
  } catch (error) {
    self.postMessage({ replies, error: String(error) });
  }
};
