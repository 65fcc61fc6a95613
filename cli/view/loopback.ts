/** Where the viewer listens when nothing else is asked for; taken ports are passed over. */
export const USUAL_PORT = 8900;

/** Whether a host's name is this machine for itself only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(host);
}
