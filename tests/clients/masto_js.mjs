// masto.js, the library under several web clients, reads the relay as a guest: REST and WebSocket.

import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const WORLD = JSON.parse(process.env.WATERSMEET_WORLD);
const { base: BASE, posts: POSTS } = WORLD;
/** How long what is written may take to reach a reader (milliseconds); only a failure waits so long. */
const PATIENCE = 20_000;
const REDIRECT = "https://client.example/callback";
/** The view as a list, newest first. */
const WATER = [POSTS.film, POSTS.card, POSTS.warned, POSTS.poll, POSTS.tea];

let failed = false;
let rest = createRestAPIClient({ url: BASE });
let accessToken;

/** Makes one check and says how it went. */
async function check(name, body) {
  try {
    await body();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed = true;
    console.log(`not ok - ${name}\n${error?.stack ?? error}`);
    if (error?.cause) console.log(error.cause);
  }
}

function same(found, wanted, what = "found") {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: ${left}, wanted ${right}`);
}

function holds(truth, what) {
  if (!truth) throw new Error(`not so: ${what}`);
}

const uris = (statuses) => statuses.map((it) => it.uri);

async function find(name) {
  for await (const page of rest.v1.timelines.public.list({ limit: 40 })) {
    const status = page.find((it) => it.uri === POSTS[name]);
    if (status) return status;
  }
  throw new Error(`${name} is not on the timeline`);
}

async function control(verb, fields) {
  const answer = await fetch(`${WORLD.control}/control/${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
  return answer.json();
}

/** What the person does: opens the page, presses the button; gives the code of the address they are sent to. */
async function pressTheButton(url) {
  const opened = await fetch(url);
  const page = await opened.text();
  const form = page.match(/<form[^>]*>/)?.[0];
  holds(form, `a form on ${page.slice(0, 800)}`);
  const attribute = (tag, name) => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1]?.replaceAll("&amp;", "&").replaceAll("&#x2F;", "/");
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<(?:input|button)\b[^>]*>/g)) {
    if (attribute(tag, "name")) fields.append(attribute(tag, "name"), attribute(tag, "value") ?? "");
  }
  const answer = await fetch(new URL(attribute(form, "action") ?? "", opened.url), {
    method: "POST",
    headers: { origin: BASE },
    body: fields,
    redirect: "manual",
  });
  const location = answer.headers.get("location");
  holds(location?.startsWith(REDIRECT), `a way back to the client, not ${answer.status} ${location}`);
  return new URL(location);
}

await check("signs in as a guest with a redirect, a state and PKCE", async () => {
  const app = await rest.v1.apps.create({ clientName: "Checks", redirectUris: REDIRECT, scopes: "read" });
  const verifier = "v".repeat(64);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const challenge = Buffer.from(digest).toString("base64url");
  const ask = new URLSearchParams({
    client_id: app.clientId, redirect_uri: REDIRECT, response_type: "code", scope: "read", state: "a b&c",
    code_challenge: challenge, code_challenge_method: "S256",
  });
  const back = await pressTheButton(`${BASE}/oauth/authorize?${ask}`);
  same(back.searchParams.get("state"), "a b&c", "state");
  const oauth = createOAuthAPIClient({ url: BASE });
  const ticket = {
    clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: REDIRECT,
    grantType: "authorization_code", code: back.searchParams.get("code"), scope: "read",
  };
  const wrong = await oauth.token.create({ ...ticket, codeVerifier: "w".repeat(64) }).then(() => true, () => false);
  holds(!wrong, "another verifier is refused");
  const again = await pressTheButton(`${BASE}/oauth/authorize?${ask}`);
  const token = await oauth.token.create({ ...ticket, code: again.searchParams.get("code"), codeVerifier: verifier });
  accessToken = token.accessToken;
  rest = createRestAPIClient({ url: BASE, accessToken });
});

await check("knows who it is signed in as", async () => {
  const me = await rest.v1.accounts.verifyCredentials();
  holds(me.id && me.username && me.acct, "an account");
  same((await rest.v1.accounts.$select(me.id).fetch()).acct, me.acct);
});

await check("reads about the relay", async () => {
  const instance = await rest.v2.instance.fetch();
  same(instance.title, "The ford");
  holds(instance.version.startsWith("4.3.0 (compatible; Watersmeet"), instance.version);
  holds(instance.configuration.urls.streaming.startsWith("ws"), instance.configuration.urls.streaming);
  same((await rest.v1.instance.fetch()).title, "The ford");
  same((await rest.v1.instance.rules.list()).length, 0);
  await rest.v1.customEmojis.list();
  await rest.v1.announcements.list();
});

await check("walks the public timeline to its end", async () => {
  const walked = [];
  for await (const page of rest.v1.timelines.public.list({ limit: 17 })) walked.push(...uris(page));
  // Others may have written since.
  same(WORLD.public.filter((it) => !walked.includes(it)), [], "missing");
  same(new Set(walked).size, walked.length, "each once");
});

await check("reads the home timeline of a guest", async () => {
  holds((await rest.v1.timelines.home.list({ limit: 5 })).length > 0, "posts at home");
});

await check("reads hashtags, and combinations of them", async () => {
  const river = rest.v1.timelines.tag.$select("river");
  same(uris(await river.list()), [POSTS.film, POSTS.warned, POSTS.tea]);
  same(uris(await river.list({ any: ["bridges"] })), WATER);
  same(uris(await river.list({ all: ["bridges"] })), []);
  same(uris(await rest.v1.timelines.tag.$select("bridges").list({ none: ["river"] })), [POSTS.card, POSTS.poll]);
  same((await rest.v1.tags.$select("river").fetch()).name, "river");
});

await check("reads one post and its conversation", async () => {
  const tea = await rest.v1.statuses.$select((await find("tea")).id).fetch();
  same(tea.mediaAttachments[0].description, "A cup on a window sill");
  const context = await rest.v1.statuses.$select(tea.id).context.fetch();
  same(uris(context.descendants), [POSTS.bread, POSTS.butter]);
  same(context.descendants[0].inReplyToId, tea.id);
  same(context.descendants[0].inReplyToAccountId, tea.account.id);
});

await check("finds the views as lists", async () => {
  const [water, ...others] = await rest.v1.lists.list();
  same([water.title, others.length], ["By the water", 0]);
  same(uris(await rest.v1.timelines.list.$select(water.id).list()), WATER);
});

await check("searches accounts, hashtags and words", async () => {
  const found = await rest.v2.search.list({ q: "bridges" });
  holds(found.hashtags.some((it) => it.name === "bridges"), "a hashtag");
  same(uris((await rest.v2.search.list({ q: "oven", type: "statuses" })).statuses), [POSTS.edited]);
  holds((await rest.v2.search.list({ q: "cleo", type: "accounts" })).accounts.some((it) => it.username === "cleo"), "an account");
});

await check("reads an account and what it wrote", async () => {
  const { acct } = (await find("tea")).account;
  const ada = await rest.v1.accounts.lookup({ acct });
  holds(uris(await rest.v1.accounts.$select(ada.id).statuses.list({ limit: 40 })).includes(POSTS.film), "a post");
  same((await rest.v1.accounts.relationships.fetch({ id: [ada.id] }))[0].id, ada.id);
});

await check("gets what a web client asks for when it starts", async () => {
  holds((await rest.v1.trends.tags.list()).length > 0, "tags");
  await rest.v1.trends.statuses.list();
  await rest.v1.trends.links.list();
  await rest.v1.preferences.fetch();
  same(await rest.v2.filters.list(), []);
  same(await rest.v1.notifications.list(), []);
  same((await rest.v2.notifications.list()).notificationGroups, []);
  same(await rest.v1.conversations.list(), []);
  same(await rest.v1.followedTags.list(), []);
  same(await rest.v1.bookmarks.list(), []);
  await rest.v1.markers.fetch({ timeline: ["home"] });
  await rest.v2.suggestions.list();
});

await check("is told in words that nothing can be written", async () => {
  const why = await rest.v1.statuses.create({ status: "Hello" }).then(() => undefined, (error) => error);
  same(why?.statusCode, 403, "status");
  holds(why.message.length > 20, why.message);
});

/** A post comes once, its edit after it, its deletion with its id. */
async function hears(events, tag, number) {
  const seen = [];
  // It goes on until the socket closes, also after it has been unsubscribed; what ends it before is an error.
  let broken;
  (async () => {
    for await (const event of events) seen.push(event);
  })().catch((error) => {
    broken = error;
  });
  const wait = async (ask, what) => {
    for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
      const found = seen.find(ask);
      if (found) return found;
      if (broken) throw broken;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not come; there came ${JSON.stringify(seen.map((it) => it.event))}`);
  };
  // The subscription is a frame of its own: the first post that comes shows that it has arrived.
  const { uri } = await firstHeard(seen, tag, number, () => broken);
  const { payload } = await wait((it) => it.event === "update" && it.payload.uri === uri, "update");
  await control("edit", { uri, text: `Live ${number}, edited #${tag}`, delay_ms: 0 });
  await wait((it) => it.event === "status.update" && it.payload.content.includes("edited"), "status.update");
  await control("delete", { uri, delay_ms: 0 });
  await wait((it) => it.event === "delete" && it.payload === payload.id, "delete");
  same(seen.filter((it) => it.event === "update" && it.payload.uri === uri).length, 1, "times");
  events.unsubscribe();
}

async function firstHeard(seen, tag, number, broken) {
  const written = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const fields = { who: "ben@beta", text: `Live ${number}, the ${attempt} #${tag}`, delay_ms: 0 };
    written.push(await control("publish", fields));
    for (const until = Date.now() + 1_000; Date.now() < until; ) {
      const heard = written.find((it) => seen.some((event) => event.payload.uri === it.uri));
      if (heard) return heard;
      if (broken()) throw broken();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`nothing is heard of #${tag}`);
}

const { configuration } = await rest.v2.instance.fetch();
const streaming = createStreamingAPIClient({ streamingApiUrl: configuration.urls.streaming, accessToken });

await check("hears the public stream on a WebSocket", () => hears(streaming.public.subscribe(), "live", 11));
await check("hears the local stream on the same one", () => hears(streaming.public.local.subscribe(), "live", 12));
await check("hears a hashtag on the same one", () => hears(streaming.hashtag.subscribe({ tag: "live" }), "live", 13));
await check("hears a list on the same one", async () => {
  const [water] = await rest.v1.lists.list();
  await hears(streaming.list.subscribe({ list: water.id }), "river", 14);
});
await check("hears the user's stream on the same one", () => hears(streaming.user.subscribe(), "live", 15));
streaming.close();

process.exit(failed ? 1 : 0);
