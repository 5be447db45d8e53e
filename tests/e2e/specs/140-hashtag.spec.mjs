// A hashtag in a post leads to all posts with it, and new ones arrive there.

import { expect, openPosts, posts, test } from "../support/test.mjs";

test("a hashtag leads to its page, where posts of every server arrive live", { tag: "@hand" }, async ({ page, world }) => {
  const { uri } = await world.post("ida@alpha", "First ride of the year #riverbus");
  await openPosts(page);
  await posts(page, "First ride of the year").getByRole("link", { name: "#riverbus" }).click();
  await expect(page).toHaveURL("/tags/riverbus");
  await expect(page.getByRole("heading", { level: 1, name: "#riverbus" })).toBeVisible();
  await expect(posts(page)).toHaveCount(1);

  await world.say("noor@beta", "The second boat is late #RiverBus");
  await world.say("noor@beta", "Nothing to do with boats");
  await page.getByRole("button", { name: "1 new post" }).click();
  await expect(posts(page)).toHaveCount(2);
  // Two posts of one second have no order that servers agree on.
  await expect(posts(page, "The second boat is late")).toBeVisible();

  await world.order("delete", { uri });
  await expect(posts(page)).toHaveCount(1);
  await page.goBack();
  await expect(page).toHaveURL("/");
  await expect(posts(page, "Nothing to do with boats").or(page.getByRole("button", { name: /new post/ })).first()).toBeVisible();
});

test("a hashtag that nobody used yet says so, and its first post appears by itself", async ({ page, world }) => {
  await page.goto("/tags/neverseen");
  await expect(page.getByText("No posts with this hashtag yet")).toBeVisible();
  await world.say("ida@gamma", "Now it is #neverseen no more");
  await expect(posts(page, "Now it is")).toBeVisible();
});

test("a hashtag in another script has a page like any other", async ({ page, world }) => {
  await world.post("ida@alpha", "नई किताब #कविता");
  await openPosts(page, "/tags/%E0%A4%95%E0%A4%B5%E0%A4%BF%E0%A4%A4%E0%A4%BE");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("#कविता");
  await expect(posts(page, "नई किताब")).toHaveCount(1);
});

test("a view of the relay has a page of its own, each post once, new ones arrive and one that an edit takes out leaves", async ({ page, world }) => {
  await openPosts(page);
  await page.getByRole("navigation").getByRole("link", { name: "Birds" }).click();
  await expect(page).toHaveURL("/views/birds");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Birds");
  await expect(posts(page).first()).toContainText("#birds");
  await world.say("ida@alpha", "A wren on the pier #birding");
  const { uri } = await world.say("noor@beta", "Two wrens on the pier #birds #birding");
  await page.getByRole("button", { name: "2 new posts" }).click();
  await expect(posts(page, "A wren on the pier")).toHaveCount(1);
  await expect(posts(page, "Two wrens on the pier")).toHaveCount(1);
  await page.reload();
  await expect(posts(page, "A wren on the pier")).toHaveCount(1);
  await expect(posts(page, "Two wrens on the pier")).toHaveCount(1);

  await world.order("edit", { uri, text: "Two wrens were on the pier" });
  await expect(posts(page, "wrens")).toHaveCount(0);
  await expect(posts(page, "A wren on the pier")).toHaveCount(1);
  await page.goBack();
  await expect(page).toHaveURL("/");
});
