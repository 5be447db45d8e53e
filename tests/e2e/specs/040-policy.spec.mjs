// What the relay sends with the app: a strict policy, files that stay for ever or are asked for again, small ones.

import { expect, openPosts, test } from "../support/test.mjs";

/** Every file that the page asks its own server for, with the answer. */
async function ownFiles(page, world) {
  const answers = [];
  page.on("response", (response) => response.url().startsWith(world.url) && answers.push(response));
  await openPosts(page);
  await page.waitForLoadState("networkidle");
  return answers;
}

/** The policy as `{ directive: [source, …] }`. */
function directives(policy) {
  return Object.fromEntries(policy.split(";").map((part) => part.trim().split(/\s+/)).map(([name, ...sources]) => [name, sources]));
}

test("the page may run nothing but its own files", async ({ request, world }) => {
  for (const path of ["/", "/sources", "/posts/1", "/no/such/page"]) {
    const answer = await request.get(world.url + path, { headers: { Accept: "text/html" } });
    expect(answer.status(), path).toBe(200);
    const headers = answer.headers();
    const policy = directives(headers["content-security-policy"]);
    expect(policy["default-src"]).toEqual(["'none'"]);
    expect(policy["script-src"]).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(policy["style-src"]).toEqual(["'self'"]);
    expect(policy["object-src"]).toEqual(["'none'"]);
    expect(policy["base-uri"]).toEqual(["'none'"]);
    expect(policy["frame-ancestors"]).toEqual(["'none'"]);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toBe("no-cache");
  }
});

test("the page itself has no script or style written into it", async ({ request, world }) => {
  const html = await (await request.get(world.url, { headers: { Accept: "text/html" } })).text();
  expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull();
  expect(html.match(/<style|\sstyle=|\son[a-z]+=/g)).toBeNull();
});

test("files with a hash in their name stay for ever and come as brotli", async ({ page, world }) => {
  const answers = await ownFiles(page, world);
  const hashed = answers.filter((answer) => /[-.][0-9a-f]{8,}(_bg)?\.(js|css|wasm)$/.test(new URL(answer.url()).pathname));
  expect(hashed.length).toBeGreaterThanOrEqual(3);
  for (const answer of hashed) {
    expect(answer.headers()["cache-control"], answer.url()).toBe("public, max-age=31536000, immutable");
    const { length } = await answer.body();
    // The smallest are not worth it.
    if (length > 1_024) expect(answer.headers()["content-encoding"], answer.url()).toBe("br");
  }
  const wasm = hashed.find((answer) => answer.url().endsWith(".wasm"));
  expect(wasm.headers()["content-type"]).toBe("application/wasm");
});

test("everything that the page asks for is there, and comes from the relay or from the servers that it hears", async ({ page, world }) => {
  const known = [world.url, ...world.servers.map(({ url }) => url)];
  const strangers = [];
  page.on("request", (request) => {
    const address = request.url();
    if (/^(http|ws)/.test(address) && !known.some((host) => address.startsWith(host))) strangers.push(address);
  });
  const failed = [];
  page.on("response", (answer) => answer.status() >= 400 && failed.push(`${answer.status()} ${answer.url()}`));
  for (const path of ["/", "/sources", "/tags/rust", "/about", "/no/such/page"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
  }
  expect(failed).toEqual([]);
  expect(strangers).toEqual([]);
});
