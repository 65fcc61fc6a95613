import config from "../deno.json" with { type: "json" };

/** The version that goes into every checkpoint. */
export const VERSION: string = config.version;
