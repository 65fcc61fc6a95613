/** Keeps the studio's files, so that it opens without a network once it was open; FILES are put in by name. */
const KEPT = "voxsplat-VERSION";
const FILES = [];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)));
});

addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  };
  event.waitUntil(drop());
});

// The network first: what is hosted anew is shown at once.
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async () =>
      await caches.match(event.request, { ignoreSearch: true }) ?? Response.error()
    ),
  );
});
