// The service worker: keeps the app's shell so that it opens at once and without a network.
// One of the two hand-written scripts; no build step. It never keeps posts: those are the app's business, and nothing under /api is cached.
"use strict";

/** Names of our caches begin so; others on the origin are left alone. */
const PREFIX = "watersmeet-shell-";
/** Which files make up the shell, written by the build: `{ "version": "…", "files": ["/", …] }`. */
const LIST = "/shell.json";
/** Every address of the app is served with the page that is here. */
const PAGE = "/";
/** When the network has not begun to answer a navigation after this long, the kept shell is shown (milliseconds). */
const NAVIGATION_LIMIT = 4_000;
/** The shell is a dozen files; a list longer than this is not ours. */
const MOST_FILES = 200;
/** Trunk and the build put a content hash in these names, so what they hold never changes. */
const HASHED = /[-.][0-9a-f]{8,}(_bg)?\.(js|css|wasm|svg|png|woff2)$/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "use-now") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** Fetches the whole new shell before it counts as installed: half a version is worse than the old one. */
async function install() {
  const shell = await readList();
  const cache = await caches.open(PREFIX + shell.version);
  await Promise.all(
    shell.files.map(async (path) => {
      // A hashed file that another version already holds is not fetched again.
      const kept = HASHED.test(path) ? await caches.match(path) : undefined;
      await cache.put(path, kept ?? (await fetchWhole(path)));
    }),
  );
  await cache.put(LIST, new Response(JSON.stringify(shell), { headers: { "Content-Type": "application/json" } }));
}

/** Takes over the open tabs and drops the shells of other versions. */
async function activate() {
  const mine = PREFIX + (await newestVersion());
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== mine).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The list of the shell's files: from the build, or read out of the page where a build has written none. */
async function readList() {
  const answer = await fetch(LIST, { cache: "no-store" }).catch(() => null);
  if (answer && answer.ok && (answer.headers.get("content-type") ?? "").includes("json")) {
    const { version, files } = await answer.json();
    if (typeof version === "string" && Array.isArray(files)) return { version, files: withPage(files) };
  }
  const text = await (await fetchWhole(PAGE)).text();
  const found = [...text.matchAll(/(?:href|src)="(\/[^"#?]+\.(?:js|css|wasm|svg|png|webmanifest))"/g)].map((match) => match[1]);
  return { version: await digest(text), files: withPage([...found, "/sprite.svg"]) };
}

/** Only paths of this origin, each once, the page among them, and never the worker itself. */
function withPage(files) {
  const ours = (path) => typeof path === "string" && /^\/(?!\/)/.test(path) && path !== "/sw.js" && !path.startsWith("/api/");
  const clean = files.filter(ours);
  return [...new Set([PAGE, ...clean])].slice(0, MOST_FILES);
}

/** A short name for a text: equal texts, equal names. */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The version that was installed whole and last: its list is the last thing an installation keeps. */
async function newestVersion() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of names.reverse()) {
    if (await (await caches.open(name)).match(LIST)) return name.slice(PREFIX.length);
  }
  return "";
}

/** A good answer from the network past the browser's own cache, or an error that stops the installation. */
async function fetchWhole(path) {
  const answer = await fetch(path, { cache: HASHED.test(path) ? "default" : "no-cache" });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  // A redirected answer may not be served to a navigation; a copy of its body may.
  return answer.redirected ? new Response(await answer.blob(), { headers: answer.headers }) : answer;
}

/** How a request is answered, or null to leave it to the browser. */
function answerTo(request) {
  if (request.method !== "GET") return null;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return null;
  // The relay's answers, feeds and health are live or nothing.
  if (url.pathname.startsWith("/api/") || url.pathname === "/health" || url.pathname === "/sw.js" || url.pathname === LIST) return null;
  if (request.mode === "navigate") return navigation(request);
  if (HASHED.test(url.pathname)) return keptFirst(request);
  return networkFirst(request);
}

/** A page: the network's while it answers soon, so that a new version is seen at once; else the kept shell. */
async function navigation(request) {
  const shell = await caches.match(PAGE);
  try {
    const answer = await fetch(request, shell ? { signal: AbortSignal.timeout(NAVIGATION_LIMIT) } : {});
    // A proxy's error page for a relay that is down is no reason to hide the app.
    return answer.status >= 500 && shell ? shell : answer;
  } catch (error) {
    if (shell) return shell;
    throw error;
  }
}

/** A file that never changes. */
async function keptFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** A file that may change under its name: icons, the sprite, the manifest, the boot script. */
async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}
