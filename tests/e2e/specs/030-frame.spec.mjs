// The frame of every page as those hear it who do not see it: landmarks, headings, what is a link and what is a list.

import { expect, openPosts, posts, test } from "../support/test.mjs";

/** What stands on every page before what it is about. */
const NAVIGATION = `
- link "Skip to the posts":
  - /url: "#main"
- navigation "Main":
  - link "Watersmeet":
    - /url: /
  - list:
    - listitem:
      - link "Timeline":
        - /url: /
    - listitem:
      - link "Sources":
        - /url: /sources
    - listitem:
      - link "About":
        - /url: /about
  - heading "Views" [level=2]
  - list:
    - listitem:
      - link "Birds":
        - /url: /views/birds
`;

test("the frame has one navigation, one main part, one thing aside, and a way past the navigation", async ({ page }) => {
  await openPosts(page);
  await expect(page.locator("body")).toMatchAriaSnapshot(NAVIGATION);
  await expect(page.getByRole("navigation")).toHaveCount(1);
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(page.getByRole("complementary", { name: "Sources" })).toMatchAriaSnapshot(`
    - complementary "Sources":
      - heading "Sources" [level=2]:
        - link "Sources":
          - /url: /sources
      - paragraph: Hearing 3 of 3 servers
      - list:
        - listitem: /alpha.localhost:\\d+ Live/
        - listitem: /beta.localhost:\\d+ Live/
        - listitem: /gamma.localhost:\\d+ Live/
      - text: Colours
      - combobox "Colours":
        - option "As the system" [selected]
        - option "Light"
        - option "Dark"
      - button "Keyboard shortcuts"
  `);
});

test("in the hand the navigation is the same", { tag: "@hand" }, async ({ page }) => {
  await openPosts(page);
  for (const name of ["Timeline", "Sources", "About"]) {
    await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name })).toBeVisible();
  }
});

test("the timeline is a feed of named posts", async ({ page }) => {
  await openPosts(page);
  await expect(page).toHaveTitle("Timeline · Watersmeet");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - heading "Timeline" [level=1]
      - paragraph: Everything the servers carry, each post once
      - status
      - feed "Timeline":
        - article /.+/
  `);
  const first = posts(page).first();
  await expect(first).toHaveAttribute("aria-posinset", "1");
  await expect(first).toHaveAttribute("aria-setsize", "-1");
  await expect(first).toHaveAccessibleName(/@.+\.localhost/);
  await expect(first).toMatchAriaSnapshot(`
    - article:
      - link /@.+/:
        - /url: /http/
      - link:
        - /url: /\\/posts\\/\\d+/
        - time
      - text: /\\d+ repl(y|ies) \\d+ boosts? \\d+ favourites? Seen on/
  `);
});

test("the page of a post has a way back, and marks the post that it is about", async ({ page }) => {
  await openPosts(page);
  await page.locator(".status-header__link").first().click();
  await expect(page).toHaveTitle("Post · Watersmeet");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - button "Back"
      - heading "Post" [level=1]
      - feed "Thread":
        - article /.+/
  `);
  await expect(page.locator("article[aria-current=true]")).toHaveCount(1);
});

test("the page of a hashtag is called by it", async ({ page }) => {
  await openPosts(page, "/tags/rust");
  await expect(page).toHaveTitle("#rust · Watersmeet");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - button "Back"
      - heading "#rust" [level=1]
      - paragraph: From every server the relay hears
      - status
      - feed "#rust":
        - article /.+/
  `);
});

test("the page of the sources says in words how each is heard", async ({ page }) => {
  await page.goto("/sources");
  await expect(page).toHaveTitle("Sources · Watersmeet");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - heading "Sources" [level=1]
      - paragraph: Hearing 3 of 3 servers
      - paragraph: The servers this relay listens to, and how each is heard right now.
      - list:
        - listitem:
          - heading /alpha.localhost:\\d+/ [level=2]
          - text: Live
          - paragraph: Posts arrive as they are written.
          - term: Posts
          - definition: /\\d+/
          - term: Already known
          - definition: /\\d+/
        - listitem:
          - heading /beta.localhost:\\d+/ [level=2]
        - listitem:
          - heading /gamma.localhost:\\d+/ [level=2]
  `);
});

test("an address that leads nowhere says so and leads home", async ({ page }) => {
  await page.goto("/no/such/page");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - heading "There is no such page" [level=1]
      - status:
        - heading "There is no such page" [level=2]
        - paragraph: The address may be mistyped, or what was there is gone.
        - link "Go to the timeline":
          - /url: /
  `);
  await page.getByRole("link", { name: "Go to the timeline" }).click();
  await expect(posts(page).first()).toBeVisible();
  await expect(page).toHaveURL("/");
});
