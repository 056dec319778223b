// Measures `concord serve` over an index and fails where it is slower or larger than it may be.
// Usage: load.mjs CONCORD INDEX [REQUESTS], with REQUESTS for the memory part (default 10000); see run.
// Every figure is printed. One process asks, another answers: both share the cores of the machine.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";

const [concord, index, requests = "10000"] = process.argv.slice(2);
// What docs/serve.md promises at 10,000 recommendations on two cores.
const MOST = { "first page": 200, "search beyond embedding": 100 };
const PER_SECOND = 50;
const SECONDS = 20;
// Pages that are freed are not given back to the system at once.
const GROWTH_MB = 48;
const failures = [];

const child = spawn(concord, ["serve", "--index", index, "--port", "0", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
const base = await new Promise((resolve, reject) => {
  child.stdout.once("data", (line) => resolve(String(line).trim().replace(/\/$/, "")));
  child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
});
child.removeAllListeners("exit");
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

// Milliseconds until the whole answer was there; an answer that is no 200 is an error.
function ask(path) {
  return new Promise((resolve) => {
    const begun = performance.now();
    const failed = (why) => resolve({ error: `${path}: ${why}` });
    get(base + path, { agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", failed);
      answer.on("end", () => (answer.statusCode === 200
        ? resolve({ ms: performance.now() - begun, body: Buffer.concat(parts) })
        : failed(`${answer.statusCode} ${Buffer.concat(parts).toString().slice(0, 200)}`)));
    }).on("error", failed);
  });
}
async function json(path) {
  const { body, error } = await ask(path);
  if (error) throw new Error(error);
  return JSON.parse(body);
}
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))];
const shown = (times) => `median ${quantile(times, 0.5).toFixed(0)} ms, 95 % ${quantile(times, 0.95).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`;
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;

// `n` answers one after another; each must come.
async function timed(name, paths) {
  const times = [];
  for (const path of paths) {
    const { ms, error } = await ask(path);
    if (error) failures.push(error); else times.push(ms);
  }
  if (!times.length) return [];
  console.log(`${name}: ${shown(times)}`);
  if (MOST[name] && quantile(times, 0.5) > MOST[name]) failures.push(`${name} takes longer than ${MOST[name]} ms`);
  return times;
}

const { recommendations, total } = await json("/api/v1/recommendations?limit=500");
const { themes } = await json("/api/v1/themes?limit=200");
const { pairs } = await json("/api/v1/pairs?limit=200&min_probability=0.5");
console.log(`${total} recommendations, ${themes.length} themes asked for`);
const at = (list, n) => list[(n * 7919) % list.length];
const texts = (n) => encodeURIComponent(`${at(recommendations, n).text.slice(14, 90)} ${n}`);
const id = (n) => encodeURIComponent(at(recommendations, n).id);
const some = (n, path) => Array.from({ length: n }, (_, at) => path(at));

try {
  await timed("first page", some(20, () => "/"));
  for (const [name, path] of [
    ["themes", "/themes"], ["theme", `/themes/${themes[0].id}`], ["pairs", "/pairs"],
    ["uncertain pairs", "/pairs?order=uncertain"],
    ["pair", `/pair?a=${pairs[0].a}&b=${pairs[0].b}&at=0&order=uncertain`], ["gaps", "/gaps"], ["matrix", "/matrix"], ["map", "/map"],
    ["list of recommendations", "/recommendations"], ["documents", "/documents"], ["decisions", "/decisions"],
  ]) await timed(name, some(5, () => path));
  await timed("recommendation", some(20, (n) => `/recommendations/${id(n)}`));
  // No text to embed: candidates, judge, ranking, rendering.
  await timed("search beyond embedding", some(20, (n) => `/api/v1/similar?id=${id(n + 50)}`));
  await timed("search, with embedding", some(20, (n) => `/?q=${texts(n)}`));
  await timed("search again with a filter", some(20, (n) => `/?q=${texts(n)}&agency=${encodeURIComponent(recommendations[0].agency)}`));

  // Of fifty requests one searches for new words, and four look again at what it found.
  const words = (n) => texts(40_000 + Math.floor(n / 50));
  const page = (n) => [
    "/", `/recommendations/${id(n)}`, "/themes", `/themes/${at(themes, n).id}`, `/recommendations/${id(n + 1)}`,
    `/pair?a=${at(pairs, n).a}&b=${at(pairs, n).b}`, `/api/v1/recommendations/${id(n)}`, "/gaps?kind=single_voice",
    `/api/v1/similar?id=${id(n)}`, "/pairs?cross_agency=1", "/matrix",
  ][n % 11];
  const mixed = (n) => (n % 10 === 0 ? `/?q=${words(n)}` : page(n));
  // How many searches for new words a second it answers, asked for one after another.
  const searching = performance.now();
  const searches = await timed("new searches, one after another", some(20, (n) => `/?q=${texts(n + 20_000)}`));
  const perSecond = (searches.length * 1000) / (performance.now() - searching);
  console.log(`new searches: ${perSecond.toFixed(1)} a second`);
  // Asked on time, whether or not earlier answers are there.
  const begun = performance.now();
  const asked = [];
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    const wait = begun + (n * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    asked.push(ask(mixed(n)));
  }
  const sent = (performance.now() - begun) / 1000;
  const answers = await Promise.all(asked);
  const took = (performance.now() - begun) / 1000;
  const errors = answers.filter(({ error }) => error);
  console.log(`mixed reading: ${answers.length} requests sent in ${sent.toFixed(1)} s, answered after ${took.toFixed(1)} s, ` +
    `${errors.length} errors; ${shown(answers.filter(({ ms }) => ms).map(({ ms }) => ms))}`);
  failures.push(...errors.slice(0, 5).map(({ error }) => error));
  if (took > SECONDS + 2) failures.push(`${PER_SECOND} requests a second pile up`);

  const n = Number(requests);
  let done = 0;
  const worker = async () => {
    while (done < n) {
      done += 1;
      const { error } = await ask(mixed(done));
      if (error) failures.push(error);
      if (done === Math.floor(n / 10)) before = rss();
    }
  };
  let before = rss();
  const start = performance.now();
  await Promise.all(some(8, worker));
  const rate = n / ((performance.now() - start) / 1000);
  const after = rss();
  console.log(`memory: ${before.toFixed(0)} MB after ${Math.floor(n / 10)} requests, ${after.toFixed(0)} MB after ${n}, at ${rate.toFixed(0)} requests a second`);
  if (after > before + GROWTH_MB) failures.push(`memory grew by ${(after - before).toFixed(0)} MB`);
} finally {
  child.kill();
  agent.destroy();
}
if (failures.length) {
  console.error([...new Set(failures)].slice(0, 20).join("\n"));
  process.exitCode = 1;
} else console.log("all within bounds");
