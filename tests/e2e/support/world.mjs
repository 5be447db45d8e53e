// A relay, three servers of our own, and a person on each of them who writes.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { start } from "./process.mjs";

/** So many times in a row the relay must report the same numbers until it counts as quiet; 50 ms lie between. */
const QUIET = 12;

/** The world is the same every time. */
const SEED = "7";

/** What must be in the environment; `cargo xtask test e2e` puts it there. */
function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by \`cargo xtask test e2e\``);
  return value;
}

/** Starts everything on free ports and gives a `World`. */
export async function startWorld() {
  const fakes = await start(
    need("WATERSMEET_FAKE_INSTANCE"),
    ["--servers", "alpha,beta,gamma", "--seed", SEED, "--living", "0", "--no-limits", "--print-json", "--until-stdin-closes"],
    (line) => (line.startsWith("{") ? JSON.parse(line) : undefined),
  );
  try {
    return new World(fakes, await startRelay(fakes.found.servers));
  } catch (error) {
    await fakes.stop();
    throw error;
  }
}

/** Starts a relay over these sources, `{ domain, url, token? }`, with a folder of its own for what it keeps. */
export async function startRelay(sources) {
  const folder = await mkdtemp(join(tmpdir(), "watersmeet-e2e-"));
  const config = join(folder, "relay.toml");
  await writeFile(config, relayToml(sources));
  const run = (listen) => {
    const args = ["serve", "--config", config, "--listen", listen, "--app-dir", need("WATERSMEET_DIST")];
    return start(need("WATERSMEET_RELAY"), args, (line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]);
  };
  const relay = await run("127.0.0.1:0");
  return new Relay(folder, relay, () => run(new URL(relay.found).host));
}

function relayToml(sources) {
  const entries = sources.map(
    ({ domain, url, token }) =>
      `[[source]]\ndomain = ${JSON.stringify(domain)}\nurl = ${JSON.stringify(url)}\n${token ? `token = ${JSON.stringify(token)}\n` : ""}`,
  );
  const view = `[[view]]\nname = "birds"\ntitle = "Birds"\nhashtags = ["birds", "birding"]\n`;
  return `name = "Test relay"\narchive = "kept.db"\n\n${entries.join("\n")}\n${view}`;
}

/** A relay that can be stopped and begun again at the same address with what it kept. */
export class Relay {
  #folder;
  #running;
  #run;

  constructor(folder, running, run) {
    this.#folder = folder;
    this.#running = running;
    this.#run = run;
    /** Where the app is. */
    this.url = running.found;
  }

  /** Ends the program, as when its machine is started anew. */
  async halt() {
    await this.#running.stop();
  }

  /** Starts it again after `halt`. */
  async resume() {
    this.#running = await this.#run();
  }

  /** What it answers to a GET. */
  async read(path) {
    return json(`${this.url}${path}`, "GET");
  }

  /** What it said last. */
  get said() {
    return this.#running.said;
  }

  async stop() {
    await this.#running.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Everything that runs for one worker. */
export class World {
  #fakes;

  constructor(fakes, relay) {
    this.#fakes = fakes;
    /** The relay over all servers. */
    this.relay = relay;
    /** Where the app is. */
    this.url = relay.url;
    /** `{ name, domain, url, token }` of each server; alpha, beta, gamma. */
    this.servers = fakes.found.servers;
    /** Where the servers take orders about posts and faults. */
    this.control = fakes.found.control;
  }

  /** The server whose name begins so. */
  server(name) {
    const server = this.servers.find(({ domain }) => domain.startsWith(`${name}.`));
    if (!server) throw new Error(`no server ${name}`);
    return server;
  }

  /** Publishes a post on a server by Mastodon's own API and gives it as that server shows it. */
  async publish(name, text, more = {}) {
    return this.ask(name, "POST", "/api/v1/statuses", { status: text, ...more });
  }

  /** Deletes a post where it was published. */
  async remove(name, id) {
    return this.ask(name, "DELETE", `/api/v1/statuses/${id}`);
  }

  /** Asks a server as the person whose token we hold. */
  async ask(name, method, path, body) {
    const { url, token } = this.server(name);
    return json(`${url}${path}`, method, body, { Authorization: `Bearer ${token}` });
  }

  /** Gives an order to the control API; its README lists the verbs. */
  async order(verb, wish = {}) {
    return json(`${this.control}/control/${verb}`, "POST", wish);
  }

  /** Has somebody, `ada@alpha`, publish: words, or any fields of a `PostSpec`. Gives `{ uri, url, id }`. */
  async say(who, what) {
    return this.order("publish", { who, ...(typeof what === "string" ? { text: what } : what) });
  }

  /** Waits until the relay knows the post of this `uri` from so many servers, and gives it as the relay serves it. */
  async known(uri, servers = 1) {
    return until(`the relay knows ${uri}`, async () => {
      const newest = await this.relay.read("/api/v1/timelines/public?limit=40");
      return newest.find((status) => status.uri === uri && status.relay.seen_on.length >= servers);
    });
  }

  /** `say` and `known` in one: the post as the relay serves it. */
  async post(who, what, servers = 1) {
    return this.known((await this.say(who, what)).uri, servers);
  }

  /** Waits until the relay hears every server, and until nothing more comes of what they wrote before. */
  async untilHearing() {
    let [before, same] = ["", 0];
    await until("the relay hears all servers and has read what they had", async () => {
      const { sources = [] } = await this.relay.read("/api/watersmeet/sources").catch(() => ({}));
      const live = sources.filter(({ state, posts }) => state === "live" && posts > 0);
      const now = sources.map(({ posts, duplicates }) => `${posts} ${duplicates}`).join();
      same = live.length === this.servers.length && now === before ? same + 1 : 0;
      before = now;
      return same >= QUIET;
    });
  }

  /** What relay and servers said last, for a message about a failure. */
  said() {
    return [...this.#fakes.said, ...this.relay.said].join("\n");
  }

  async stop() {
    await this.relay.stop();
    await this.#fakes.stop();
  }
}

/** Asks again and again until `ask` gives something, and gives that. */
async function until(what, ask) {
  const begun = Date.now();
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() - begun > 60_000) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** One question to a server of ours. Node does not resolve `*.localhost` everywhere, so the name travels as Host. */
async function json(address, method, body, headers = {}) {
  const { default: http } = await import("node:http");
  const url = new URL(address);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    host: "127.0.0.1",
    port: url.port,
    path: url.pathname + url.search,
    method,
    headers: {
      Host: url.host,
      ...headers,
      ...(text === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (answer) => {
      let all = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (all += part));
      answer.on("end", () => {
        if (answer.statusCode >= 400) reject(new Error(`${method} ${address}: ${answer.statusCode} ${all}`));
        else resolve(all === "" ? undefined : JSON.parse(all));
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}
