// Runs before the app, while its WebAssembly is still on the way: sets the theme, asks for the first posts, looks after the service worker.
// One of the two hand-written scripts; no build step. The app reads `window.watersmeetBoot` and falls back to its own request.
"use strict";

(() => {
  /** How many posts the first page has; the app asks for the same. */
  const FIRST_PAGE = 20;
  /** After this long without the app, say so instead of pulsing for ever (milliseconds). */
  const PATIENCE = 12_000;
  /** An early answer that takes longer is left to the app's own request (milliseconds). */
  const EARLY_LIMIT = 8_000;

  // --- Theme -------------------------------------------------------------------------------------------------
  // IndexedDB answers after the first paint at worst; until then the system's own scheme stands.
  const preferences = readPreferences();
  preferences.then((kept) => {
    const theme = kept && kept.theme;
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  });

  /** The preferences record of the app's database, or null: never creates or upgrades it, so no migration waits for us. */
  function readPreferences() {
    return new Promise((resolve) => {
      if (!("indexedDB" in window)) return resolve(null);
      let opening;
      try {
        opening = indexedDB.open("watersmeet");
      } catch {
        return resolve(null);
      }
      opening.onupgradeneeded = () => opening.transaction.abort();
      opening.onerror = (event) => {
        event.preventDefault();
        resolve(null);
      };
      opening.onblocked = () => resolve(null);
      opening.onsuccess = () => {
        const database = opening.result;
        database.onversionchange = () => database.close();
        try {
          const asked = database.transaction("preferences", "readonly").objectStore("preferences").get("preferences");
          asked.onsuccess = () => resolve(asked.result ?? null);
          asked.onerror = () => resolve(null);
          asked.transaction.oncomplete = () => database.close();
        } catch {
          database.close();
          resolve(null);
        }
      };
    });
  }

  // --- The first page of posts ---------------------------------------------------------------------------------
  /** The request that the page at `path` begins with, or null when it begins with something else. */
  function firstRequest(path) {
    if (path === "/") return `/api/v1/timelines/public?limit=${FIRST_PAGE}`;
    const tag = /^\/tags\/([^/+]+)\/?$/.exec(path);
    return tag ? `/api/v1/timelines/tag/${tag[1]}?limit=${FIRST_PAGE}` : null;
  }

  /** Status, paging links and text of the answer; null for anything that is not an API's answer. */
  async function early(url) {
    try {
      const answer = await fetch(url, {
        headers: { Accept: "application/json" },
        credentials: "omit",
        signal: AbortSignal.timeout(EARLY_LIMIT),
      });
      const kind = answer.headers.get("content-type") ?? "";
      if (!kind.includes("json")) return null;
      return { status: answer.status, link: answer.headers.get("link"), body: await answer.text() };
    } catch {
      return null;
    }
  }

  const url = firstRequest(location.pathname);
  window.watersmeetBoot = url ? { url, answer: early(url) } : null;

  // --- When the app does not come ------------------------------------------------------------------------------
  const lament = () => {
    const trouble = document.querySelector("[data-boot-trouble]");
    if (trouble && !document.querySelector(".shell:not([data-boot])")) trouble.hidden = false;
  };
  setTimeout(lament, PATIENCE);
  addEventListener("error", (event) => event.target instanceof HTMLScriptElement && lament(), true);

  // --- Service worker --------------------------------------------------------------------------------------------
  // Only in secure contexts; elsewhere the app works without one.
  if ("serviceWorker" in navigator) addEventListener("load", () => register().catch(() => {}));

  async function register() {
    const registration = await navigator.serviceWorker.register(scriptUrl("/sw.js"), { updateViaCache: "none" });
    const offer = () => registration.waiting && navigator.serviceWorker.controller && offerUpdate(registration);
    offer();
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      if (coming) coming.addEventListener("statechange", () => coming.state === "installed" && offer());
    });
    // A tab that is open for days looks for a new version when it is looked at again.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") registration.update().catch(() => {});
    });
  }

  /** The worker's address as trusted types want it, where the browser has them. */
  function scriptUrl(path) {
    if (!window.trustedTypes) return path;
    const policy = window.trustedTypes.createPolicy("watersmeet-worker", {
      createScriptURL: (asked) => {
        if (asked !== path) throw new TypeError(`not the worker's address: ${asked}`);
        return asked;
      },
    });
    return policy.createScriptURL(path);
  }

  /** Shows the line that a new version waits; nobody's reading is interrupted by a reload they did not ask for. */
  function offerUpdate(registration) {
    const banner = document.querySelector("[data-update]");
    const button = document.querySelector("[data-update-now]");
    if (!banner || !button || !banner.hidden) return;
    banner.hidden = false;
    button.addEventListener("click", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage({ type: "use-now" });
    });
  }
})();
