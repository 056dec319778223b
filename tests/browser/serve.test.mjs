// Works in the pages of `concord serve` as an analyst would. REPORTS names the folder that ./run filled, CONCORD
// the program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = process.env.REPORTS;
const servers = [];
let browser;
let shipped;
let sources;

// Starts a server over an index, and resolves to its address without the last slash.
function serve(index) {
  const child = spawn(process.env.CONCORD, ["serve", "--index", `${folder}/${index}`, "--port", "0",
    "--model", "concord/hashing", "--quiet"]);
  servers.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(String(line).trim().replace(/\/$/, "")));
    child.stderr.on("data", (line) => console.error(String(line)));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  shipped = await serve("served");
  sources = await serve("sources");
});
after(async () => {
  await browser.close();
  for (const child of servers) {
    child.removeAllListeners("exit");
    child.kill();
  }
});

// Opens a page. Closing it fails if a page logged an error or a warning, opened a dialog, or asked another host.
async function open(base, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  // A search that a page sends while one types is given up when the page is left; htmx logs that as an error.
  const isGivenUp = (text) => /^htmx:(sendAbort|afterRequest)/.test(text);
  page.on("console", (message) => {
    const isComplaint = ["error", "warning"].includes(message.type()) && !isGivenUp(message.text());
    if (isComplaint) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(base + path);
  return { page, close: async () => { await context.close(); assert.deepEqual(complaints, []); } };
}

// Every screen of a server over the shipped corpus, and the source of a recommendation read from a file.
async function screens() {
  const get = async (path) => (await fetch(`${shipped}/api/v1${path}`)).json();
  const [theme] = (await get("/themes?limit=1")).themes;
  const [pair] = (await get("/pairs?limit=1&cross_agency=1")).pairs;
  const [filed] = (await (await fetch(`${sources}/api/v1/recommendations?limit=1`)).json()).recommendations;
  const source = `${sources}/recommendations/${filed.id}/source#l${filed.source.line_start}`;
  const own = {
    start: "/",
    search: "/?q=reduce+the+cost+of+remittances",
    recommendation: `/recommendations/${theme.members[0].id}`,
    themes: "/themes",
    theme: `/themes/${theme.id}`,
    pairs: "/pairs?cross_agency=1",
    pair: `/pair?a=${pair.a}&b=${pair.b}&at=0&cross_agency=1`,
    gaps: "/gaps",
    silent: "/gaps?kind=silent",
    repeats: "/gaps?kind=repeats",
    matrix: "/matrix",
    map: "/map",
    area: "/map?area=0,0;3000,0;3000,3000;0,3000",
    list: `/recommendations?theme=${theme.id}`,
    documents: "/documents",
    draft: "/draft",
    decisions: "/decisions",
  };
  return { ...Object.fromEntries(Object.entries(own).map(([name, path]) => [name, shipped + path])), source };
}

test("search: the keyboard alone leads from a question to a pair", async () => {
  // The box of the first page has the focus.
  const { page, close } = await open(shipped, "/");
  await page.keyboard.type("reduce the cost of remittances");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=reduce/);
  await page.waitForSelector("#hit-1");
  await page.waitForLoadState("load");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.id), "hit-2");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForURL(/recommendations/);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/pair\?/);
  assert.equal(await page.locator(".side-of").count(), 2);
  assert.ok(await page.locator(".side-of mark").count() > 0, "shared words are marked");
  await close();
});

test("search: a filter is applied without reloading, and stands in the address", async () => {
  // The words of a recommendation: the model that compares words finds at least that one.
  const { recommendations } = await (await fetch(`${shipped}/api/v1/recommendations?limit=1`)).json();
  const { page, close } = await open(shipped, `/?q=${encodeURIComponent(recommendations[0].text)}`);
  await page.evaluate(() => { window.kept = true; });
  const box = page.locator("input[name='agency']").first();
  const agency = await box.getAttribute("value");
  await box.check();
  await page.waitForURL((url) => url.searchParams.getAll("agency").includes(agency));
  await page.waitForFunction((agency) => [...document.querySelectorAll("#answers .who")]
    .every((who) => who.textContent === agency), agency);
  assert.equal(await page.evaluate(() => window.kept), true, "the page stayed");
  await page.goBack();
  await page.waitForFunction(() => new Set([...document.querySelectorAll("#answers .who")]
    .map((who) => who.textContent)).size > 1);
  await close();
});

test("themes: rename, tick out, sign off and undo", async () => {
  const { page, close } = await open(shipped, "/themes");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/themes\/t-/);
  // "r" opens the field and puts the cursor there.
  await page.keyboard.press("r");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("A name of our own");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".done");
  // Keys are heard once the script has run.
  await page.waitForLoadState("load");
  assert.match(await page.textContent("h1"), /A name of our own/);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  const ticked = page.locator("input[name='member']:checked");
  assert.equal(await ticked.count(), 1, "x ticks");
  const id = await ticked.getAttribute("value");
  // A dry run first: it has the focus on the button that makes the change.
  await page.keyboard.press("o");
  await page.waitForSelector("h1:has-text('Take out 1 recommendation?')");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".done:has-text('Taken out')");
  // Others may join a theme that is found anew; what was taken out stays out.
  assert.equal(await page.locator(`input[name='member'][value='${id}']`).count(), 0);
  await page.keyboard.press("s");
  await page.waitForSelector("h1 .stable");
  assert.match(await page.textContent("p:has(> a:has-text('Next theme that waits'))"), /1 of \d+ signed off/);
  for (const left of [2, 1, 0]) {
    const loaded = page.waitForEvent("load");
    await page.click(".done button");
    await loaded;
    await page.waitForSelector(".done:has-text('Undone')");
    const { decisions } = await (await fetch(`${shipped}/api/v1/decisions`)).json();
    assert.equal(decisions.length, left);
  }
  await close();
});

test("pairs: the keyboard alone decides on one after another, and takes it back", async () => {
  const { page, close } = await open(shipped, "/pairs?cross_agency=1");
  await page.click("text=Decide on uncertain pairs");
  await page.waitForURL(/pair\?.*at=0.*order=uncertain/);
  const texts = () => page.locator(".side-of blockquote").allTextContents();
  const first = await texts();
  await page.keyboard.press("d");
  await page.waitForSelector(".done:has-text('do not ask for the same')");
  const next = await texts();
  assert.notDeepEqual(next, first, "the next pair is there");
  await page.keyboard.press("s");
  await page.waitForFunction((before) => document.querySelector(".side-of blockquote").textContent !== before[0]
    || document.querySelectorAll(".side-of blockquote")[1].textContent !== before[1], next);
  await page.waitForSelector(".done:has-text('ask for the same')");
  const decisions = async () => (await (await fetch(`${shipped}/api/v1/decisions`)).json()).decisions;
  assert.deepEqual((await decisions()).map(({ said }) => said), ["not_same", "same"]);
  for (const left of [1, 0]) {
    await page.goto(`${shipped}/decisions`);
    await page.keyboard.press("j");
    await page.keyboard.press("u");
    await page.waitForSelector(".done:has-text('Undone')");
    assert.equal((await decisions()).length, left);
  }
  await close();
});

test("a recommendation leads to its lines in the file that it was read from", async () => {
  const { page, close } = await open(sources, "/?q=heat");
  await page.locator("a.to-source").first().click();
  await page.waitForSelector(".lines .asked");
  const line = await page.locator(".lines li:target").textContent();
  assert.equal(line, await page.locator(".lines .asked").first().textContent());
  await page.click(".kind a");
  await page.waitForURL(/recommendations\/[^/]+$/);
  await close();
});

test("a cell of the matrix and an area of the map lead to recommendations", async () => {
  const { page, close } = await open(shipped, "/matrix");
  const cell = page.locator(".matrix td a").first();
  const n = Number(await cell.textContent());
  await cell.click();
  await page.waitForURL(/recommendations\?theme=/);
  assert.equal(await page.locator(".entry").count(), n);
  await page.goto(`${shipped}/map`);
  await page.waitForFunction(() => document.querySelector("#dots canvas"));
  await page.keyboard.press("l");
  const box = await page.locator("#dots").boundingBox();
  const [left, top] = [box.x + 20, box.y + 20];
  await page.mouse.move(left, top);
  await page.mouse.down();
  for (const [x, y] of [[0.95, 0], [0.95, 0.8], [0, 0.8], [0, 0.1]]) {
    await page.mouse.move(left + x * (box.width - 40), top + y * (box.height - 60), { steps: 4 });
  }
  await page.mouse.up();
  await page.waitForURL(/map\?area=/);
  assert.match(await page.textContent("#selected-h"), /^\d+ recommendations in the area/);
  assert.ok(await page.locator(".entry").count() > 5);
  await page.waitForFunction(() => document.querySelector(".lasso polygon")?.getAttribute("points"));
  await close();
});

test("documents: from files to an index, corrected on the way", async () => {
  const base = await serve("fresh");
  const { page, close } = await open(base, "/");
  await page.waitForURL(/documents/);
  const text = (ask) => `Recommendations\n\n1. ${ask}\n2. States should train border guards in the rights of children.\n\nA closing line that asks for libraries.\n`;
  writeFileSync(`${folder}/one.txt`, text("States should reduce the cost of remittances."));
  writeFileSync(`${folder}/two.txt`, text("Governments should reduce the cost of remittances."));
  for (const [name, agency] of [["one", "Alpha"], ["two", "Beta"]]) {
    await page.goto(`${base}/documents`);
    await page.setInputFiles("#files", `${folder}/${name}.txt`);
    await page.fill("#agency", agency);
    await page.click("button:has-text('Add')");
    await page.waitForURL(new RegExp(`documents/${name}$`));
    assert.ok(await page.locator(".lines .taken").count() >= 2, "what was found is coloured");
  }
  // Select a line, and it can be added.
  await page.evaluate(() => {
    const line = document.querySelector("#l6").lastChild;
    document.getSelection().setBaseAndExtent(line, 0, line, 10);
  });
  await page.waitForFunction(() => document.getElementById("from").value === "6");
  await page.click(".paper-side button:has-text('Add')");
  await page.waitForURL(/#l6$/);
  assert.ok(await page.locator("#l6.taken").count() === 1);
  await page.locator("input[name='keep']").nth(1).uncheck();
  await page.click("button:has-text('Save corrections')");
  await page.waitForSelector(".dropped");
  await page.click("button:has-text('Build the index')");
  await page.waitForSelector(".progress:has-text('The index is built')", { timeout: 60_000 });
  await page.goto(`${base}/?q=libraries`);
  await page.click("a:has-text('Read in the source')");
  await page.waitForURL(/#l6$/);
  await close();
});

test("a draft: notes beside the text, and a Word file with comments", async () => {
  const { page, close } = await open(shipped, "/draft");
  await page.fill("#text", "States should reduce the cost of remittances by 2030.\n\nPaint bridges <b>green</b>.");
  await page.click("button:has-text('Check')");
  await page.waitForURL(/draft\/\d+$/);
  assert.ok(await page.locator(".remark").count() >= 1);
  await page.keyboard.press("j");
  await page.keyboard.press("d");
  await page.waitForSelector(".remark.dismissed");
  assert.match(await page.textContent("main"), /1 dismissed/);
  // The keyboard goes on where it was: at the note, or at the next one that waits.
  await page.keyboard.press("k");
  await page.keyboard.press("u");
  await page.waitForFunction(() => !document.querySelector(".remark.dismissed"));
  const loading = page.waitForEvent("download");
  await page.click("a:has-text('Word with comments')");
  assert.equal((await loading).suggestedFilename(), "pasted-checked.docx");
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await close();
});

test("the report runs apart from the pages", async () => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${shipped}/report/html`);
  await page.locator("#dots").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("#dots canvas"));
  assert.equal(await page.evaluate(() => window.origin), "null");
  await context.close();
});

test("texts of documents stay texts", async () => {
  const base = await serve("hostile");
  const { page, close } = await open(base, "/?q=remittances");
  const { recommendations } = await (await fetch(`${base}/api/v1/recommendations`)).json();
  const id = encodeURIComponent(recommendations[0].id);
  for (const path of ["/?q=remittances", `/recommendations/${id}`, "/themes", "/pairs?order=uncertain", "/matrix", "/gaps?kind=single_voice", "/documents"]) {
    await page.goto(base + path);
    assert.equal(await page.locator("main img, main script, main i, main u, main h1 h1").count(), 0, path);
  }
  await close();
});

test("pages are complete without script", async () => {
  const { page, close } = await open(shipped, "/", { javaScriptEnabled: false });
  await page.fill("#q", "remittances");
  await page.click("button:has-text('Search')");
  await page.waitForURL(/q=remittances/);
  await page.locator("input[name='agency']").first().check();
  await page.click("button:has-text('Apply filters')");
  await page.waitForURL(/agency=/);
  assert.ok(await page.locator(".entry").count() > 0);
  await close();
});

for (const [name, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["a tablet", { viewport: { width: 820, height: 1100 } }],
  ["a phone", { viewport: { width: 390, height: 844 } }],
]) {
  test(`every screen is sound: ${name}`, async () => {
    const wrong = [];
    for (const [screen, address] of Object.entries(await screens())) {
      const { origin: base } = new URL(address);
      const { page, close } = await open(base, address.slice(base.length), { ...options, bypassCSP: true });
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
      const [width, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      if (width > inner) wrong.push(`${screen} is ${width} wide`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
      wrong.push(...violations.map(({ id, nodes }) => `${screen} ${id}: ${nodes[0].html.slice(0, 160)}`));
      await close();
    }
    assert.deepEqual(wrong, []);
  });
}

// The whole job, without a terminal.
test("from five documents to a signed-off report and a checked draft", async () => {
  const base = await serve("job");
  const asks = {
    Labour: ["States should reduce the cost of remittances.", "States should ratify the convention on domestic workers.", "Employers should pay the fees of recruitment."],
    Money: ["Governments should reduce the cost of remittances by 2030.", "Banks should publish the price of each transfer."],
    Children: ["States should train border guards in the rights of children.", "Schools should enrol all children, whatever their papers."],
    Borders: ["Border guards should be trained in the rights of children.", "States should publish yearly figures on deaths at sea."],
    Homes: ["Governments should ratify the convention on domestic workers.", "Cities should build shelters near stations."],
  };
  const files = Object.entries(asks).map(([name, list]) => {
    const path = `${folder}/Report of ${name}.md`;
    writeFileSync(path, `# Report of ${name}\n\n## What we saw\n\nMuch was done in 2024.\n\n## Recommendations\n\n${list.map((ask, at) => `${at + 1}. ${ask}`).join("\n")}\n`);
    return path;
  });
  const { page, close } = await open(base, "/");
  await page.waitForURL(/documents/);
  for (const [at, name] of Object.keys(asks).entries()) {
    await page.goto(`${base}/documents`);
    await page.setInputFiles("#files", files[at]);
    await page.fill("#agency", `Office for ${name}`);
    await page.click("button:has-text('Add')");
    await page.waitForURL(/documents\/Report/);
    assert.equal(await page.locator("input[name='keep']").count(), asks[name].length, name);
  }
  await page.goto(`${base}/documents`);
  const posted = page.waitForEvent("load");
  await page.click("button:has-text('Build the index')");
  await posted;
  await page.reload();
  await page.waitForSelector(".progress:has-text('The index is built')", { timeout: 60_000 });
  // Search, to the source, in two clicks.
  await page.goto(`${base}/?q=${encodeURIComponent("reduce the cost of remittances")}`);
  await page.click("#hit-1 a:has-text('Read in the source')");
  await page.waitForSelector(".lines .asked");
  // Every theme is signed off by keyboard.
  await page.goto(`${base}/themes`);
  const n = await page.locator(".entry").count();
  assert.ok(n >= 2, `${n} themes`);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  for (let done = 1; done <= n; done += 1) {
    await page.waitForSelector("button:has-text('Sign off')");
    await page.keyboard.press("s");
    await page.waitForSelector("h1 .stable");
    if (done < n) {
      const loaded = page.waitForEvent("load");
      await page.keyboard.press("w");
      await loaded;
    }
  }
  await page.goto(`${base}/themes`);
  assert.match(await page.textContent(".lede"), new RegExp(`${n} of ${n} signed off`));
  const loading = page.waitForEvent("download");
  await page.click(".end a:has-text('Word')");
  assert.equal((await loading).suggestedFilename(), "concord-report.docx");
  // The draft.
  await page.goto(`${base}/draft`);
  writeFileSync(`${folder}/draft.md`, "# Draft\n\n## Recommendations\n\n1. States should reduce the cost of remittances.\n2. Port authorities should publish the noise of cruise ships.\n");
  await page.setInputFiles("#file", `${folder}/draft.md`);
  await page.click("button:has-text('Check')");
  await page.waitForURL(/draft\/\d+$/);
  assert.equal(await page.locator(".remark").count(), 2);
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.waitForSelector("main:has-text('1 accepted')");
  await page.keyboard.press("d");
  await page.waitForSelector("main:has-text('1 dismissed')");
  assert.match(await page.textContent("main"), /0 open/);
  const word = page.waitForEvent("download");
  await page.click("a:has-text('Word with comments')");
  assert.equal((await word).suggestedFilename(), "draft-checked.docx");
  await close();
});
