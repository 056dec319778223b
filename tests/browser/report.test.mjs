// Uses the report in a browser as a reader would. REPORTS names the folder that ./run filled.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const address = (corpus) => `file://${process.env.REPORTS}/${corpus}-report/concord-report.html`;
let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});
after(() => browser.close());

// Opens a report. Closing it fails if the page logged an error or a warning, opened a dialog, or requested
// anything but its own file.
async function open(corpus, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (request.url() !== address(corpus)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address(corpus));
  return { page, close: async () => { await context.close(); assert.deepEqual(complaints, []); } };
}

// Scrolls a picture into view and waits until it is drawn.
async function drawn(page, id) {
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  await page.waitForFunction((id) => document.querySelector(`#${id} canvas`), id);
  await page.locator(`#${id}`).evaluate((box) => box.scrollIntoView({ block: "center" }));
  await page.waitForTimeout(200);
}

// The screen position and the value of mark `number` of a picture.
const mark = (page, id, number) => page.evaluate(([id, number]) => {
  const box = document.getElementById(id);
  const chart = echarts.getInstanceByDom(box);
  const { value } = chart.getOption().series[0].data[number];
  const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, value.slice(0, 2));
  const { left, top } = box.getBoundingClientRect();
  return { x: left + x, y: top + y, value };
}, [id, number]);

test("a matrix cell leads to its theme, and the theme to the source", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "heat");
  const cell = await mark(page, "heat", 0);
  await page.mouse.move(cell.x, cell.y);
  await page.waitForSelector("#heat .tip");
  assert.match(await page.textContent("#heat .tip"), /recommendation/);
  await page.mouse.click(cell.x, cell.y);
  await page.waitForFunction(() => location.hash.startsWith("#t"));
  const theme = await page.evaluate(() => location.hash);
  await page.waitForTimeout(400);
  assert.ok(await page.locator(theme).isVisible());
  await page.locator(`${theme} .source a`).first().click();
  await page.waitForFunction(() => location.hash.startsWith("#r"));
  await page.waitForTimeout(400);
  const [source, focused] = await page.evaluate(() => [location.hash.slice(1), document.activeElement.id]);
  assert.equal(focused, source);
  assert.ok(await page.locator(`#${source}`).isVisible());
  await close();
});

test("every cell of the matrix has the shade of its number", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "heat");
  const cells = await page.evaluate(() => {
    const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const data = echarts.getInstanceByDom(document.getElementById("heat")).getModel().getSeriesByIndex(0).getData();
    return Array.from({ length: data.count() }, (_, at) => {
      const n = data.get("value", at);
      return { n, fill: data.getItemVisual(at, "style").fill, shade: css(`--n${Math.min(n, 4)}`) };
    });
  });
  assert.ok(new Set(cells.map(({ n }) => Math.min(n, 4))).size >= 3, "most of the shades are there");
  assert.deepEqual(cells.filter((cell) => cell.fill !== cell.shade), []);
  await close();
});

test("no name on the map covers another, and the largest themes are named", async () => {
  for (const corpus of ["shipped", "large"]) {
    const { page, close } = await open(corpus);
    await drawn(page, "dots");
    const [names, themes] = await page.evaluate(() => {
      const box = document.getElementById("dots");
      const shown = echarts.getInstanceByDom(box).getZr().storage.getDisplayList(true);
      const names = shown.filter((one) => one.type === "tspan" && !one.ignore).map((one) => {
        const rect = one.getBoundingRect().clone();
        if (one.transform) rect.applyTransform(one.transform);
        return { text: one.style.text, x: rect.x, y: rect.y, w: rect.width, h: rect.height };
      });
      const { dots, themes } = JSON.parse(document.getElementById("pictures").textContent).map;
      const size = (at) => dots.filter((dot) => dot[2] === at + 1).length;
      const largest = themes.map((theme, at) => [size(at), theme.label]).sort((a, b) => b[0] - a[0]);
      return [names.filter((name) => name.x > -100), largest.slice(0, 10).map(([, label]) => label)];
    });
    assert.ok(names.length >= 10, `${corpus}: ${names.length} names`);
    for (const label of themes) {
      const start = label.slice(0, 10);
      assert.ok(names.some((name) => name.text.startsWith(start)), `${corpus}: ${label} has no name`);
    }
    const apart = (a, b) => a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
    names.forEach((a, at) => names.slice(at + 1).forEach((b) => assert.ok(apart(a, b), `${a.text} on ${b.text}`)));
    await close();
  }
});

test("a mark of the map shows its text and leads to its source", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "dots");
  const dot = await mark(page, "dots", 10);
  const number = dot.value[2];
  await page.mouse.move(dot.x, dot.y);
  await page.waitForSelector("#dots .tip");
  const [shown, text] = await page.evaluate((number) => [
    document.querySelector("#dots .tip").textContent,
    document.querySelector(`#r${number} p`).textContent,
  ], number);
  assert.ok(shown.startsWith(text.slice(0, 100)), `${shown} is not ${text}`);
  await page.mouse.click(dot.x, dot.y);
  await page.waitForFunction((number) => location.hash === `#r${number}`, number);
  await close();
});

test("zooming in shows less of the map, a reset all of it", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "dots");
  const width = () => page.evaluate(() => {
    const { start, end } = echarts.getInstanceByDom(document.getElementById("dots")).getOption().dataZoom[0];
    return end - start;
  });
  await page.click("[data-zoom='0.6']");
  assert.ok(await width() < 70);
  await page.click("[data-zoom='0']");
  assert.equal(await width(), 100);
  await close();
});

test("an agency of the network leads to what it recommends", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "network");
  const circle = await mark(page, "network", 0);
  await page.mouse.click(circle.x, circle.y);
  await page.waitForFunction(() => location.hash === "#a1");
  assert.ok(await page.locator("#a1").evaluate((group) => group.open));
  await close();
});

test("the search box filters lists and makes what it finds stand out on the map", async () => {
  const { page, close } = await open("shipped");
  await drawn(page, "dots");
  const all = await page.locator(".theme:visible").count();
  await page.keyboard.press("/");
  await page.keyboard.type("remittances");
  await page.waitForFunction(() => document.getElementById("found").textContent.includes("match"));
  const left = page.locator(".theme:visible");
  assert.ok(await left.count() > 0 && await left.count() < all);
  const faint = () => page.evaluate(() => {
    const { data } = echarts.getInstanceByDom(document.getElementById("dots")).getOption().series[0];
    return data.filter((dot) => dot.itemStyle.opacity < 0.2).length;
  });
  assert.ok(await faint() > 100);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.getElementById("found").textContent === "");
  assert.equal(await faint(), 0);
  assert.equal(await page.locator(".theme:visible").count(), all);
  await close();
});

test("arrow keys walk the table of the matrix", async () => {
  const { page, close } = await open("shipped", { viewport: { width: 390, height: 844 } });
  assert.ok(!await page.locator("#heat").isVisible(), "on a phone the table stands for the picture");
  await page.focus(".matrix td a");
  const first = await page.evaluate(() => document.activeElement.title);
  // The first figure has a neighbour in its row or its column, so one of the two keys moves.
  for (const key of ["ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  const second = await page.evaluate(() => document.activeElement.title);
  assert.ok(second.includes("recommendation") && second !== first, second);
  await close();
});

test("a phone shows the page without sideways scrolling", async () => {
  const { page, close } = await open("shipped", { viewport: { width: 390, height: 844 }, hasTouch: true });
  for (const id of ["dots", "network"]) await drawn(page, id);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await close();
});

test("texts of documents stay texts", async () => {
  const { page, close } = await open("hostile");
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  const page_text = await page.textContent("#all");
  for (const text of ["<script>alert(1)</script>", "=HYPERLINK(", "<img src=x", "</script><svg", "<h1>Section"]) {
    assert.ok(page_text.includes(text), text);
  }
  assert.equal(await page.locator("img, svg, main h1, #all i, #all u, .quote i, .quote u").count(), 0);
  await drawn(page, "dots");
  for (let number = 0; number < 5; number += 1) {
    const dot = await mark(page, "dots", number);
    await page.mouse.move(dot.x, dot.y);
    await page.waitForTimeout(150);
  }
  assert.ok((await page.textContent("#dots .tip")).includes("remittances"));
  assert.equal(await page.locator(".tip img, .tip svg, .tip script, .tip i").count(), 0);
  await close();
});

test("five thousand recommendations can be searched without waiting", async () => {
  const { page, close } = await open("large");
  const search = (word) => page.evaluate(async (word) => {
    const box = document.getElementById("find");
    const begun = performance.now();
    box.value = word;
    box.dispatchEvent(new Event("input"));
    await new Promise((done) => document.addEventListener("found", done, { once: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - begun;
  }, word);
  await drawn(page, "dots");
  const times = [await search("clinics"), await search("visa"), await search("")];
  console.log(`searches took ${times.map((time) => Math.round(time)).join(", ")} ms`);
  assert.ok(Math.max(...times) < 5000, times.join(", "));
  await close();
});

test("the page is complete without script", async () => {
  const { page, close } = await open("shipped", { javaScriptEnabled: false });
  assert.ok(await page.locator("table.matrix").isVisible());
  assert.ok(await page.locator(".without-script").first().isVisible());
  assert.equal(await page.locator(".chart:visible").count(), 0);
  await close();
});

// How many pages a PDF has: each has an object of its own, and Chromium does not compress those.
const pages = (pdf) => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;

test("the report fits thirty pages of paper, with all themes and the table for the matrix", async () => {
  const { page, close } = await open("shipped", { colorScheme: "dark" });
  const paper = await page.pdf({ format: "A4", printBackground: true });
  assert.ok(paper.length > 100_000, `${paper.length} bytes`);
  assert.ok(pages(paper) >= 15 && pages(paper) < 30, `${pages(paper)} pages`);
  await close();
});

for (const [name, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: { width: 390, height: 844 } }],
]) {
  test(`axe finds nothing serious: ${name}`, async () => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(address("shipped"));
    for (const id of ["dots", "network"]) await drawn(page, id);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
    await page.addStyleTag({ content: "* { content-visibility: visible !important; }" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
    const told = violations.map(({ impact, id, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 120)}`);
    assert.deepEqual(told, []);
    await context.close();
  });
}
