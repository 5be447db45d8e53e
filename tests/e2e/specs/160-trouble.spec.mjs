// When nothing is heard, and when the relay itself goes away.

import { expect, expectAccessible, openPosts, posts, test } from "../support/test.mjs";
import { startRelay } from "../support/world.mjs";

test.use({ complaintsExpected: ["net::ERR_", "WebSocket connection to"] });

test("a relay that reaches no server says which, why not, and how to see a demo", { tag: "@hand" }, async ({ page }) => {
  // Nothing listens on the port for discarding.
  const relay = await startRelay(["one", "two"].map((name) => ({ domain: `${name}.invalid`, url: "http://127.0.0.1:9" })));
  try {
    await page.goto(relay.url);
    const trouble = page.getByRole("alert").filter({ hasText: "No server can be heard" });
    await expect(trouble).toBeVisible({ timeout: 20_000 });
    await expect(trouble.getByText(/one\.invalid: .+/)).toBeVisible();
    await expect(trouble.getByText(/two\.invalid: .+/)).toBeVisible();
    await expect(trouble.getByText("cargo xtask run --demo")).toBeVisible();
    await expectAccessible(page);
    await trouble.getByRole("link", { name: "Sources" }).click();
    await expect(page.getByText("Hearing 0 of 2 servers").first()).toBeVisible();
    await expect(page.getByRole("main").getByText("Down", { exact: true })).toHaveCount(2);
  } finally {
    await relay.stop();
  }
});

test("when the relay goes away the page says so, and when it is back it has what was missed", { tag: "@hand" }, async ({ page, world }) => {
  test.slow();
  await openPosts(page);
  const before = await posts(page).first().textContent();
  await world.relay.halt();
  const banner = page.getByText("The connection to the relay is lost; trying again");
  await expect(banner).toBeVisible();
  expect(await posts(page).first().textContent()).toBe(before);
  await world.say("ida@beta", "Written while nobody listened");
  await world.relay.resume();
  await world.untilHearing();
  await page.getByRole("button", { name: "1 new post" }).click({ timeout: 60_000 });
  await expect(posts(page, "Written while nobody listened")).toHaveCount(1);
  await expect(banner).toHaveCount(0);
});

test("an app whose relay is gone when it opens asks for one", async ({ page, context }) => {
  // The page comes from the relay, its words do not.
  await context.route(/\/api\//, (route) => route.abort("connectionrefused"));
  await page.goto("/");
  await expect(page.getByRole("alert").getByText("No relay at this address")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Address of a relay" })).toBeVisible();
  await context.unroute(/\/api\//);
  await page.reload();
  await expect(posts(page).first()).toBeVisible();
});
