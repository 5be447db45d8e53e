// How each server is heard, in words that change while one looks.

import { expect, posts, test } from "../support/test.mjs";

/** The part of the page about a server. */
const source = (page, name) => page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading", { name: new RegExp(`^${name}\\.localhost`) }) });

test.afterEach(async ({ world }) => {
  await world.order("clear_faults");
  await world.untilHearing();
});

test("a server that stops to stream is asked instead, and the page says so and why", async ({ page, world }) => {
  test.slow();
  await page.goto("/sources");
  await expect(source(page, "gamma").getByText("Live", { exact: true })).toBeVisible();
  await world.order("faults", { server: "gamma", refuse_streams_for_ms: 60_000, cut_streams: true });
  // The page asks for the report every ten seconds.
  await expect(source(page, "gamma").getByText("Polling", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(source(page, "gamma").getByText("Does not stream, so it is asked every now and then.")).toBeVisible();
  await expect(source(page, "alpha").getByText("Live", { exact: true })).toBeVisible();
});

test("a server that answers with errors alone is down with its reason, and the others go on", { tag: "@hand" }, async ({ page, world }) => {
  test.slow();
  await page.goto("/sources");
  await world.order("faults", { server: "gamma", server_errors_for_ms: 60_000, refuse_streams_for_ms: 60_000, cut_streams: true });
  await expect(source(page, "gamma").getByText("Down", { exact: true })).toBeVisible({ timeout: 40_000 });
  await expect(source(page, "gamma").getByText("Cannot be reached.")).toBeVisible();
  await expect(source(page, "gamma").getByText("Next try")).toBeVisible();
  await expect(page.getByText("Hearing 2 of 3 servers").first()).toBeVisible();

  const { uri } = await world.say("ida@alpha", "The others go on");
  await world.known(uri);
  await page.goto("/");
  await expect(posts(page, "The others go on")).toHaveCount(1);
});
