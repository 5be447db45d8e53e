// The app can be installed, and opens without a network.

import { expect, openPosts, posts, test } from "../support/test.mjs";

// The browser itself says that it has no network.
test.use({ serviceWorkers: "allow", complaintsExpected: ["net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "WebSocket connection to"] });

/** Waits until the worker answers for the page. */
async function underWorker(page) {
  await openPosts(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
}

test("the manifest has what a system needs to show the app among its own", async ({ page, request, world }) => {
  await page.goto("/");
  const address = await page.locator("link[rel=manifest]").getAttribute("href");
  const answer = await request.get(new URL(address, world.url).href);
  expect(answer.headers()["content-type"]).toMatch(/^application\/manifest\+json/);
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: "Watersmeet", short_name: "Watersmeet", start_url: "/", scope: "/", display: "standalone" });
  const wanted = [
    ["192x192", "any"],
    ["512x512", "any"],
    ["512x512", "maskable"],
  ];
  for (const [sizes, purpose] of wanted) {
    const icon = manifest.icons.find((it) => it.sizes === sizes && it.purpose === purpose && it.type === "image/png");
    expect(icon, `${sizes} ${purpose}`).toBeTruthy();
    const edge = await page.evaluate(async (src) => {
      const picture = await createImageBitmap(await (await fetch(src)).blob());
      return [picture.width, picture.height];
    }, icon.src);
    expect(edge.join("x")).toBe(sizes);
  }
});

test("Chromium has no objection to installing it", async ({ page }) => {
  await underWorker(page);
  const browser = await page.context().newCDPSession(page);
  const manifest = await browser.send("Page.getAppManifest");
  expect(manifest.errors).toEqual([]);
  expect(JSON.parse(manifest.data).name).toBe("Watersmeet");
  // The browser's own list; a private window, such as every test has, is the one thing that it may not like.
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});

test("without a network the app opens all the same and says that it is offline", { tag: "@hand" }, async ({ page, context }) => {
  await underWorker(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await expect(page.getByText(/You are offline|The relay cannot be reached/).first()).toBeVisible();
  await page.goto("/sources");
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await context.setOffline(false);
  await page.goto("/");
  await expect(posts(page).first()).toBeVisible();
});

test("the app offers to be installed when the browser lets it, and stops offering once it was asked", async ({ page }) => {
  await page.goto("/about");
  const install = page.getByRole("button", { name: "Install the app" });
  await expect(page.getByRole("heading", { name: "About", level: 1 })).toBeVisible();
  await expect(install).toBeHidden();
  await page.evaluate(() => {
    const offer = new Event("beforeinstallprompt", { cancelable: true });
    offer.prompt = () => (document.documentElement.dataset.asked = "yes");
    dispatchEvent(offer);
  });
  await install.click();
  await expect(page.locator("html[data-asked=yes]")).toHaveCount(1);
  await expect(install).toBeHidden();
});

test.describe("without HTTPS", () => {
  // The browser writes down that a header means nothing there.
  test.use({ complaintsExpected: ["The Cross-Origin-Opener-Policy header has been ignored"] });

  test("the app reads all the same and says what is missing and how to have it", async ({ page, world }) => {
    const address = `http://plain.test:${new URL(world.url).port}`;
    await openPosts(page, address);
    await page.goto(`${address}/about`);
    await expect(page.getByText("This page was opened without HTTPS")).toBeVisible();
    await expect(page.getByText("reverse_proxy 127.0.0.1:4040")).toBeVisible();
  });
});
