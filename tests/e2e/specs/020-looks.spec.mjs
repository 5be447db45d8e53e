// Every page in both schemes and both sizes: axe finds nothing, nothing is wider than the window, and a picture is kept
// in results/screens for people to look at.

import { expect, expectAccessible, expectNoOverflow, openPosts, posts, test } from "../support/test.mjs";

/** The pages, and how each is reached from the timeline. */
const PAGES = {
  timeline: async () => {},
  thread: async (page, world) => {
    const [story] = await thread(world);
    await page.goto(`/posts/${story.id}`);
    await expect(posts(page).nth(3)).toBeVisible();
  },
  hashtag: async (page) => {
    await page.goto("/tags/rust");
    await expect(posts(page).nth(2)).toBeVisible();
  },
  sources: async (page) => {
    await page.goto("/sources");
    await expect(page.getByRole("main").getByText("Posts arrive as they are written.")).toHaveCount(3);
  },
  about: async (page) => {
    await page.goto("/about");
    await expect(page.getByText(/^Reading from Test relay/)).toBeVisible();
  },
  "not-found": async (page) => {
    await page.goto("/no/such/page");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
  },
};

/** The beginnings of the seeded threads. */
async function thread(world) {
  const tagged = await world.relay.read("/api/v1/timelines/tag/storytelling?limit=40");
  return tagged.filter(({ content }) => content.includes("A story in forty parts"));
}

/** Waits until every picture in sight is there: how a page looks without them is another question. */
async function settled(page) {
  await page.evaluate(() => document.fonts.ready);
  await expect
    .poll(() =>
      page.evaluate(() =>
        [...document.images].filter((it) => {
          const { top, bottom } = it.getBoundingClientRect();
          return bottom > 0 && top < innerHeight && !it.complete;
        }).length,
      ),
    )
    .toBe(0);
}

for (const [name, open] of Object.entries(PAGES)) {
  test(`the page "${name}" is fit for everybody and fits its window`, { tag: "@look" }, async ({ page, world }, { project }) => {
    if (name === "timeline") await openPosts(page);
    await open(page, world);
    await settled(page);
    await expectNoOverflow(page);
    await page.screenshot({ path: `${project.outputDir}/screens/${name}-${project.name}.png` });
    await expectAccessible(page);
  });
}
