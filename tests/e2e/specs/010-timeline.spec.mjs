// What three servers carry is one timeline: nothing twice, and each post says where it was seen.

import { addressOf, expect, openPosts, posts, readPast, test } from "../support/test.mjs";

/** The most posts that the list keeps in the page (`MAX_MOUNTED` of app/src/components/virtual_list/window.rs), and the
 * one that has the focus, which is kept wherever it is. */
const MOST_IN_PAGE = 60 + 1;

/** Everything that the relay serves, newest first. */
async function everything(relay) {
  const all = [];
  for (;;) {
    const after = all.length ? `&max_id=${all.at(-1).id}` : "";
    const page = await relay.read(`/api/v1/timelines/public?limit=40${after}`);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

test("posts of all three servers stand in one timeline, in the relay's order", { tag: "@hand" }, async ({ page, world }) => {
  const served = await everything(world.relay);
  expect(served.length).toBeGreaterThan(120);
  const homes = new Set(served.map(({ relay }) => relay.origin));
  expect([...homes].sort()).toEqual(world.servers.map(({ domain }) => domain).sort());

  await openPosts(page);
  const shown = await posts(page).evaluateAll((all) => all.map((it) => it.querySelector(".status-header__link").getAttribute("href")));
  // A boost leads to the post that was boosted.
  const expected = served.map(({ id, reblog }) => `/posts/${reblog?.id ?? id}`);
  expect(shown).toEqual(expected.slice(0, shown.length));
});

test("no post is served twice, though every server carries nearly all of them", async ({ world }) => {
  const served = await everything(world.relay);
  for (const name of ["uri", "id"]) {
    const values = served.map((status) => status[name]);
    expect(values.filter((value, place) => values.indexOf(value) !== place), `the same ${name} twice`).toEqual([]);
  }
  const carriedBySeveral = served.filter(({ relay }) => relay.seen_on.length > 1);
  expect(carriedBySeveral.length).toBeGreaterThan(served.length / 2);
});

test("each post names the servers that it was seen on", async ({ page, world }) => {
  await openPosts(page);
  const [newest] = await world.relay.read("/api/v1/timelines/public?limit=1");
  const first = posts(page).first();
  expect(await addressOf(first)).toBe(`/posts/${newest.id}`);
  const seen = first.getByText(/^Seen on /);
  await expect(seen).toContainText(newest.relay.seen_on[0]);
  await expect(first.getByTitle(newest.relay.seen_on.join(", "))).toBeVisible();
});

test("older posts come while scrolling, each once, and the page never holds more than a few of them", async ({ page, world }) => {
  const served = await everything(world.relay);
  await openPosts(page);
  // Every state of the list is looked at, not only those between two scrolls.
  await page.evaluate(() => {
    window.met = new Map();
    window.most = 0;
    window.twice = [];
    const look = () => {
      const all = [...document.querySelectorAll("article")];
      window.most = Math.max(window.most, all.length);
      const here = all.map((it) => it.getAttribute("aria-posinset"));
      if (new Set(here).size !== here.length) window.twice.push(here.join(" "));
      for (const post of all) window.met.set(post.getAttribute("aria-posinset"), post.querySelector(".status-header__link").getAttribute("href"));
    };
    new MutationObserver(look).observe(document.querySelector("[role=feed]"), { childList: true, subtree: true });
    look();
  });
  await readPast(page, served.length - 1);
  await expect(page.getByText("That is all the relay remembers")).toBeVisible();
  const { met, most, twice } = await page.evaluate(() => ({
    met: [...window.met].sort(([a], [b]) => a - b).map(([, address]) => address),
    most: window.most,
    twice: window.twice,
  }));
  expect(twice).toEqual([]);
  expect(met).toEqual(served.map(({ id, reblog }) => `/posts/${reblog?.id ?? id}`));
  expect(most).toBeLessThanOrEqual(MOST_IN_PAGE);
});
